import Images
import Inference
import InputErrors
import Networks

extension LabeledImages {
  /// The images as inference reads them, without their labels.
  public var inputImages: InputImages {
    InputImages(count: count, shape: shape) { [self] index, buffer in copyPixels(of: index, into: buffer) }
  }

  /// Throws unless the images have the shape of the network's input and every label is one of its classes.
  ///
  /// - Throws: ``InputErrors/InputError`` (data) naming the first image whose label is outside.
  public func requireFit(_ network: Network) throws(InputError) {
    guard shape == network.inputShape else {
      throw InputError(
        .data, "the images do not fit the model's input '\(network.nodes[0].name)'", expected: "\(network.inputShape)",
        found: "\(shape)", hint: "the preprocessing decides the images' size and channels")
    }
    for (label, name) in zip(labels, names) where label >= network.classCount {
      throw InputError(
        .data, "the label is not one of the model's classes", at: .init(file: name),
        expected: "0 to \(network.classCount - 1)", found: "\(label)",
        hint: "check the order of the classes, or set --label-offset")
    }
  }
}
