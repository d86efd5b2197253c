import Images
import InputErrors
import Networks
import NeuronShapley

/// The images of a TCAV run: those of concepts, random ones, and those of the classes asked about.
public struct TCAVImages: Sendable {
  /// What was found out about images that are in two sets, and done about it.
  public struct Overlaps: Sendable, Hashable, Codable {
    /// Random images that are also a concept's, pixel by pixel; left out.
    public var randomInConcepts: Int
    /// Random images that are there twice; the second ones are left out.
    public var randomCopies: Int
    /// Random images that are also among the classes' images; left out.
    public var randomInClasses: Int
    /// Images of a class that are also a concept's; used, and reported.
    public var classInConcepts: Int
    /// Images of classes that are there more than once; used, and reported.
    public var classCopies: Int

    public init(
      randomInConcepts: Int, randomCopies: Int, randomInClasses: Int, classInConcepts: Int, classCopies: Int
    ) {
      self.randomInConcepts = randomInConcepts
      self.randomCopies = randomCopies
      self.randomInClasses = randomInClasses
      self.classInConcepts = classInConcepts
      self.classCopies = classCopies
    }
  }

  /// A concept's images among ``conceptImages``.
  public struct Concept: Sendable, Hashable {
    public var name: String
    public var places: [Int]

    public init(_ name: String, places: [Int]) {
      self.name = name
      self.places = places
    }
  }

  public let conceptImages: LabeledImages
  public let concepts: [Concept]
  /// Without what is in another set.
  public let random: LabeledImages
  /// The images of the classes asked about, with the classes as their labels.
  public let classImages: LabeledImages
  /// The classes asked about: outputs of the network, increasing.
  public let classes: [Int]
  public let overlaps: Overlaps

  /// - Parameters:
  ///   - concepts: names and places of their images.
  ///   - images: labelled; those of other classes than the ones asked about are left out.
  /// - Throws: ``InputErrors/InputError`` (data) when a concept's name comes twice, no random image is left, or images do
  ///   not fit the network.
  public init(
    conceptImages: LabeledImages, concepts: [Concept], random: LabeledImages, images: LabeledImages, classes: [Int],
    network: Network
  ) throws(InputError) {
    for (place, concept) in concepts.enumerated() {
      guard !concepts[..<place].contains(where: { $0.name == concept.name }) else {
        throw InputError(.data, "two concepts have the same name", found: "'\(concept.name)'")
      }
    }
    for set in [conceptImages, random, images] {
      guard set.shape == network.inputShape else {
        throw InputError(
          .data, "the images do not fit the model's input '\(network.nodes[0].name)'",
          expected: "\(network.inputShape)", found: "\(set.shape)",
          hint: "the preprocessing decides the images' size and channels")
      }
    }
    let wanted = Set(classes)
    let places = images.labels.indices.filter { wanted.contains(images.labels[$0]) }
    guard Set(places.map { images.labels[$0] }) == wanted, !wanted.isEmpty else {
      throw InputError(.data, "a class that is asked about has no image")
    }
    let classImages = images.subset(places)
    try classImages.requireFit(network)
    let first = random.firstOccurrences
    let distinct = random.subset(first.indices.filter { first[$0] == $0 })
    guard let apart = distinct.without(conceptImages), let rest = apart.without(classImages) else {
      throw InputError(.data, "every random image is also one of a concept or a class")
    }
    self.conceptImages = conceptImages
    self.concepts = concepts
    self.random = rest
    self.classImages = classImages
    self.classes = classes.sorted()
    overlaps = Overlaps(
      randomInConcepts: distinct.count - apart.count, randomCopies: random.count - distinct.count,
      randomInClasses: apart.count - rest.count,
      classInConcepts: classImages.count - (classImages.without(conceptImages)?.count ?? 0),
      classCopies: classImages.count - Set(classImages.firstOccurrences).count)
  }

  /// The name of a class, with its index where another has the same.
  public func className(of label: Int) -> String {
    let name = classImages.className(of: label)
    return classes.count { classImages.className(of: $0) == name } > 1 ? "\(name) (\(label))" : name
  }
}
