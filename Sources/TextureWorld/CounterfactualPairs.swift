import Images

/// Images as they are and the same with one thing changed, in the same order: what a trained network makes of the
/// difference is the truth about what it uses, whatever was planted in its training images.
///
/// The effect of a change on a network's output is the mean over pairs of output(after) − output(before); its standard
/// error is that of a mean of differences. Both sides have the labels and names of the images before the change.
public struct CounterfactualPairs: Sendable {
  public let change: WorldChange
  public let before: LabeledImages
  public let after: LabeledImages
  /// The class of each image after the change, or nil where no class admits the changed object.
  public let labelsAfter: [Int?]

  public var count: Int { before.count }
}

extension World {
  /// Pairs of those images at the given indices in which the change changes something: a striped object is left out of
  /// the change to stripes.
  ///
  /// - Parameter isIncluded: a further choice, such as the images of one class.
  /// - Throws: ``InputErrors/InputError`` (data) when no image is left; as ``labeledImages(_:preprocessing:)``.
  public func counterfactuals(
    _ change: WorldChange, _ indices: some Sequence<Int>, preprocessing: Preprocessing = World.preprocessing,
    where isIncluded: (WorldScene) -> Bool = { _ in true }
  ) throws -> CounterfactualPairs {
    let before = indices.map { scene(at: $0) }.filter { $0.changing(change) != $0 && isIncluded($0) }
    let after = before.map { $0.changing(change) }
    return CounterfactualPairs(
      change: change, before: try labeledImages(of: before, preprocessing: preprocessing),
      after: try labeledImages(of: after, preprocessing: preprocessing), labelsAfter: after.map { label(of: $0) })
  }
}
