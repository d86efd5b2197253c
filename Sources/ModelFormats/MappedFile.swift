import Foundation
import InputErrors

/// Opens files as memory that is paged in when it is read.
enum MappedFile {
  /// - Throws: ``InputError`` (noInput) when there is no such regular file or it cannot be read.
  static func read(_ path: String, what: String) throws -> Data {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw InputError(.noInput, "\(what) does not exist", at: .init(file: path))
    }
    // Devices and pipes may never end.
    let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let type = try? FileManager.default.attributesOfItem(atPath: resolved)[.type] as? FileAttributeType
    guard !isDirectory.boolValue, type == .typeRegular else {
      throw InputError(
        .noInput, "\(what) is no file", at: .init(file: path), found: isDirectory.boolValue ? "a folder" : nil)
    }
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw InputError(.noInput, "\(what) cannot be read", at: .init(file: path), found: error.localizedDescription)
    }
  }
}
