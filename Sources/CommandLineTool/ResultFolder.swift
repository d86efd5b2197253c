import AtomicFiles
import Foundation
import InputErrors

/// The folder that a command's `--output` names: a report, the document, tables and figures.
///
/// Every file is written as a whole or not at all, the document last, so that a folder that has it is complete.
struct ResultFolder: Sendable {
  static let document = "result.json"
  static let report = "report.html"

  let path: String

  /// Makes the folder, or takes an empty one, and holds it against other processes until this one ends.
  ///
  /// - Parameters:
  ///   - resuming: whether a folder may be taken that the command has begun to fill, but not one that is complete.
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
    guard names.isEmpty || (resuming && !names.contains(Self.document)) else {
      throw InputError(
        .cannotWrite,
        names.contains(Self.document) ? "the folder holds a result already" : "the folder exists and holds something",
        at: .init(file: path), hint: "choose another \(option)")
    }
  }

  func file(_ name: String) -> String { path + "/" + name }

  /// - Throws: ``InputErrors/InputError`` (cannotWrite).
  func write(_ text: String, as name: String) throws { try AtomicFile.write(text, to: file(name)) }

  /// Writes `figures/NAME.svg`.
  ///
  /// - Throws: ``InputErrors/InputError`` (cannotWrite).
  func write(figure svg: String, named name: String) throws {
    let figures = file("figures")
    do { try FileManager.default.createDirectory(atPath: figures, withIntermediateDirectories: true) } catch {
      throw InputError(.cannotWrite, "the folder cannot be made", at: .init(file: figures))
    }
    try AtomicFile.write(svg, to: "\(figures)/\(name).svg")
  }
}
