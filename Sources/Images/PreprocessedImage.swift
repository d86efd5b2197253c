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
  /// The size of the picture before it was resized and cropped; nil for floats.
  let source: Preprocessing.Size?

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
    do {
      switch collection.content {
      case .files(let paths):
        let image: Image
        do {
          image = try ImageDecoder.decode(file: paths[index])
        } catch let error as InputError where error.kind == .data {
          return .corrupt(error)
        }
        return .image(PreprocessedImage(try preprocessing.samples(of: image, file: name)))
      case .bytes(let stack):
        return .image(PreprocessedImage(try preprocessing.samples(of: stack.image(at: index), file: name)))
      case .floats(let stack):
        let (shape, values) = try preprocessing.values(of: index, in: stack, file: name)
        return .image(
          PreprocessedImage(
            shape: shape, pixels: .floats(values), digest: LabeledImages.digest(of: values), source: nil))
      }
    } catch let error as InputError {
      return .failed(error)
    } catch {
      return .failed(InputError(.data, "the image cannot be read", at: .init(file: name), found: "\(error)"))
    }
  }

  private init(_ samples: Preprocessing.Samples) {
    self.init(
      shape: samples.shape, pixels: .bytes(samples.bytes), digest: SHA256Digest.of(samples.bytes),
      source: samples.source)
  }

  private init(shape: Shape, pixels: Pixels, digest: [UInt8], source: Preprocessing.Size?) {
    self.shape = shape
    self.pixels = pixels
    self.digest = digest
    self.source = source
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
