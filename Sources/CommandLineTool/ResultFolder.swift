import AtomicFiles
import Foundation
import InputErrors

/// The folder that a command's `--output` names: a report, the document, tables and figures.
///
/// Every file is written as a whole or not at all, the document last, so that a folder that has it is complete.
struct ResultFolder: Sendable {
  static let document = "result.json"
  static let report = "report.html"
  /// The run folder of the ranking that a command makes on its way.
  static let ranking = "ranking"

  let path: String

  /// Makes the folder, or takes an empty one, and holds it against other processes until this one ends.
  ///
  /// - Parameters:
  ///   - resuming: whether a folder may be taken that the command has filled, or begun to fill, before: it holds the
  ///     command's ranking or its document, which is removed until the new one stands.
  ///   - option: the option that names the folder.
  /// - Throws: ``InputErrors/InputError`` (cannotWrite) when it holds something or cannot be made.
  init(path: String, resuming: Bool = false, option: String = "--output") throws(InputError) {
    self.path = path
    let manager = FileManager.default
    do { try manager.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
      throw InputError(.cannotWrite, "the folder cannot be made", at: .init(file: path))
    }
    try RunFolder.hold(path)
    let names = ((try? manager.contentsOfDirectory(atPath: path)) ?? []).filter { !$0.hasSuffix(".part") }
    let isOwn = names.contains(Self.document) || names.contains(Self.ranking)
    if resuming, isOwn {
      if names.contains(Self.document) { try Self.remove(path + "/" + Self.document) }
      return
    }
    guard names.isEmpty else {
      throw InputError(
        .cannotWrite,
        names.contains(Self.document) ? "the folder holds a result already" : "the folder exists and holds something",
        at: .init(file: path), hint: "choose another \(option)")
    }
  }

  private static func remove(_ file: String) throws(InputError) {
    do { try FileManager.default.removeItem(atPath: file) } catch {
      throw InputError(.cannotWrite, "the earlier result cannot be removed", at: .init(file: file))
    }
  }

  func file(_ name: String) -> String { path + "/" + name }

  /// Writes a text under its name, which may have a folder before it.
  ///
  /// - Throws: ``InputErrors/InputError`` (cannotWrite).
  func write(_ text: String, as name: String) throws {
    try makeFolder(of: name)
    try AtomicFile.write(text, to: file(name))
  }

  /// Writes `figures/NAME.svg`.
  ///
  /// - Throws: ``InputErrors/InputError`` (cannotWrite).
  func write(figure svg: String, named name: String) throws {
    try write(svg, as: "figures/\(name).svg")
  }

  /// Writes a picture under its name, which may have a folder before it.
  ///
  /// - Throws: ``InputErrors/InputError`` (cannotWrite).
  func write(picture png: [UInt8], as name: String) throws {
    try makeFolder(of: name)
    try AtomicFile.write(png, to: file(name))
  }

  private func makeFolder(of name: String) throws(InputError) {
    guard let slash = name.lastIndex(of: "/") else { return }
    let inner = file(String(name[..<slash]))
    do { try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true) } catch {
      throw InputError(.cannotWrite, "the folder cannot be made", at: .init(file: inner))
    }
  }
}
