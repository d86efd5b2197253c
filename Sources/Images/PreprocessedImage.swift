import InputErrors
import Tensors

/// One image, ready for ``LabeledImages``.
struct PreprocessedImage: Sendable {
  enum Pixels: Sendable {
    case bytes([UInt8])
    case floats([Float])
  }

  let shape: Shape
  let pixels: Pixels
  /// SHA-256 of the samples.
  let digest: [UInt8]

  /// What became of one image.
  enum Outcome: Sendable {
    case image(PreprocessedImage)
    /// The file is there but cannot be decoded, which the user may allow.
    case corrupt(InputError)
    /// Anything else, such as a missing file or a crop that does not fit.
    case failed(InputError)
  }

  /// Decodes and preprocesses one image of a collection.
  static func outcome(of index: Int, in collection: ImageCollection, _ preprocessing: Preprocessing) -> Outcome {
    let name = collection.names[index]
    func failure(_ error: any Error) -> InputError {
      error as? InputError
        ?? InputError(.data, "the image cannot be read", at: .init(file: name), found: "\(error)")
    }
    let image: Image
    do {
      switch collection.content {
      case .files(let paths): image = try ImageDecoder.decode(file: paths[index])
      case .bytes(let stack): image = stack.image(at: index)
      }
    } catch {
      let error = failure(error)
      return error.kind == .data ? .corrupt(error) : .failed(error)
    }
    do {
      let samples = try preprocessing.samples(of: image, file: name)
      return .image(
        PreprocessedImage(
          shape: samples.shape, pixels: .bytes(samples.bytes), digest: SHA256Digest.of(samples.bytes)))
    } catch {
      return .failed(failure(error))
    }
  }

  /// The samples of images that are all of bytes or all of floats.
  static func storage(of images: [PreprocessedImage]) -> LabeledImages.Storage {
    var bytes: [[UInt8]] = []
    var floats: [[Float]] = []
    for image in images {
      switch image.pixels {
      case .bytes(let samples): bytes.append(samples)
      case .floats(let values): floats.append(values)
      }
    }
    return floats.isEmpty ? .bytes(bytes) : .floats(floats)
  }
}
