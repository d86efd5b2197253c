import Tensors

/// Images as a network wants them: a count, a shape and a way to copy one.
///
/// Inference knows no files and no labels; whatever holds images offers them through this.
public struct InputImages: Sendable {
  public let count: Int
  /// `[channels, height, width]` of every image.
  public let shape: Shape
  private let copyImage: @Sendable (Int, UnsafeMutableBufferPointer<Float>) -> Void

  /// - Parameter copyImage: writes one image's elements in row-major order of channels, rows and columns; called from
  ///   several tasks at once.
  public init(
    count: Int, shape: Shape, copyImage: @escaping @Sendable (Int, UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    self.count = count
    self.shape = shape
    self.copyImage = copyImage
  }

  /// Images that are in memory: one after another, each in row-major order.
  public init(_ values: [Float], shape: Shape) {
    precondition(shape.count > 0 && values.count % shape.count == 0, "whole images")
    self.init(count: values.count / shape.count, shape: shape) { index, buffer in
      for element in 0..<shape.count { buffer[element] = values[index * shape.count + element] }
    }
  }

  /// Copies image `index` into a buffer with room for the shape.
  public func copy(_ index: Int, into buffer: UnsafeMutableBufferPointer<Float>) { copyImage(index, buffer) }

  /// The images at these positions, in this order.
  public func selecting(_ indices: [Int]) -> InputImages {
    InputImages(count: indices.count, shape: shape) { [copyImage] index, buffer in copyImage(indices[index], buffer) }
  }
}
