import Probing

/// What the statistics need of a network and images: activations as features, and gradients of class logits by them.
public struct TCAVData: Sendable {
  /// Images of a concept.
  public struct Concept: Sendable, Hashable {
    public var name: String
    /// Rows of every layer's features.
    public var rows: [Int]

    public init(_ name: String, rows: [Int]) {
      self.name = name
      self.rows = rows
    }
  }

  /// Images of a class.
  public struct ImageClass: Sendable, Hashable {
    public var name: String
    /// Rows of every layer's gradients.
    public var rows: [Int]

    public init(_ name: String, rows: [Int]) {
      self.name = name
      self.rows = rows
    }
  }

  public struct Layer: Sendable {
    public var name: String
    /// A row for each image of a concept and each random image.
    public var features: FeatureMatrix
    /// A row for each class image: the gradient of its class's logit by the features. What the features share (a channel's
    /// mean over positions) moves together, so that its gradient is the sum over positions.
    public var gradients: FeatureMatrix

    public init(name: String, features: FeatureMatrix, gradients: FeatureMatrix) {
      self.name = name
      self.features = features
      self.gradients = gradients
    }
  }

  public let concepts: [Concept]
  /// Rows of the random images.
  public let randomRows: [Int]
  public let classes: [ImageClass]
  public let layers: [Layer]

  /// - Precondition: names of concepts, classes and layers are unique; every class has an image; all layers have the same
  ///   rows, and gradients have a column for each feature.
  public init(concepts: [Concept], randomRows: [Int], classes: [ImageClass], layers: [Layer]) {
    precondition(Set(concepts.map(\.name)).count == concepts.count, "concepts have names of their own")
    precondition(classes.allSatisfy { !$0.rows.isEmpty }, "images of each class")
    precondition(
      layers.allSatisfy { $0.features.columnCount == $0.gradients.columnCount }, "a gradient by each feature")
    self.concepts = concepts
    self.randomRows = randomRows
    self.classes = classes
    self.layers = layers
  }
}
