import Foundation
import Images
import InputErrors
import ModelFormats
import Networks

/// A model as it was read from a file, with digests of what was read.
struct ModelFile: Sendable {
  let path: String
  let network: Network
  /// SHA-256 of the file, as `sha256sum` prints it.
  let digest: String
  /// The file's own bytes, without tensors in files beside it.
  let byteCount: Int

  static let positional = CommandDescription.Positional(
    "MODEL", "the classifier as an ONNX file (operator sets 7 to 22); weights may lie in files beside it")

  /// - Throws: ``InputError`` as ``ONNXReader/read(file:)``.
  init(reading path: String) throws {
    self.path = path
    network = try ONNXReader().read(file: path)
    guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped) else {
      throw InputError(.noInput, "the model cannot be read", at: .init(file: path))
    }
    byteCount = bytes.count
    var digest = SHA256Digest()
    bytes.withUnsafeBytes { digest.update($0) }
    self.digest = SHA256Digest.hexadecimal(digest.finalize())
  }
}
