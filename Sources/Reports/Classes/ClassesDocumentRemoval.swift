extension ClassesDocument {
  /// What removing a class's top does to every class's accuracy, on images that the values have not seen.
  public struct Removal: Sendable, Hashable, Codable {
    /// The images it is measured on.
    public var images: RankingDocument.ImagesSummary
    /// Whether they were kept back from the given images; else they were given apart.
    public var isSplit: Bool
    /// How many players are removed together.
    public var count: Int
    /// The classes that have images here.
    public var classes: [Tested]
    /// One row a class whose top is removed.
    public var rows: [Row]
    /// One row a random draw of as many players.
    public var random: [Row]
    /// The classes whose top was not removed, because there are too many or they have no image here.
    public var leftOut: Int
    /// Over the classes whose top was removed; nil when none of them has an image here.
    public var means: Means?

    public init(
      images: RankingDocument.ImagesSummary, isSplit: Bool, count: Int, classes: [Tested], rows: [Row], random: [Row],
      leftOut: Int
    ) {
      self.images = images
      self.isSplit = isSplit
      self.count = count
      self.classes = classes
      self.rows = rows
      self.random = random
      self.leftOut = leftOut
      means = Self.means(rows, classes, randomChanges)
    }

    /// Mean changes of the accuracy over the classes whose top was removed.
    public struct Means: Sendable, Hashable, Codable {
      /// On the class itself.
      public var own: Double
      /// On all other images.
      public var others: Double?
      /// On the class itself with as many random players removed.
      public var random: Double?
    }

    /// A class with images to measure on.
    public struct Tested: Sendable, Hashable, Codable {
      public var label: Int
      public var name: String
      public var images: Int
      /// The whole network's accuracy on them.
      public var accuracy: Double

      public init(label: Int, name: String, images: Int, accuracy: Double) {
        self.label = label
        self.name = name
        self.images = images
        self.accuracy = accuracy
      }
    }

    /// One removal.
    public struct Row: Sendable, Hashable, Codable {
      /// The class whose top is removed; nil for a random draw.
      public var label: Int?
      public var name: String
      /// The accuracy afterwards, a value for each of ``Removal/classes``.
      public var accuracies: [Double]
      /// The change of the accuracy on the class itself, with its standard error over images.
      public var own: Change?
      /// The change on the images of all other classes; for a random draw on all images.
      public var others: Change?

      public init(label: Int?, name: String, accuracies: [Double], own: Change?, others: Change?) {
        self.label = label
        self.name = name
        self.accuracies = accuracies
        self.own = own
        self.others = others
      }
    }

    /// A mean change over images.
    public struct Change: Sendable, Hashable, Codable {
      public var mean: Double
      /// Nil for a single image.
      public var standardError: Double?
      public var images: Int

      public init(mean: Double, standardError: Double?, images: Int) {
        self.mean = mean
        self.standardError = standardError
        self.images = images
      }
    }

    /// The mean change of the accuracy on each class over the random draws; empty without draws.
    public var randomChanges: [Double] {
      guard !random.isEmpty else { return [] }
      return classes.indices.map { place in
        random.reduce(0) { $0 + $1.accuracies[place] } / Double(random.count) - classes[place].accuracy
      }
    }

    private static func means(_ rows: [Row], _ classes: [Tested], _ randomChanges: [Double]) -> Means? {
      let known = rows.filter { $0.own != nil }
      func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
      }
      guard let own = mean(known.compactMap(\.own?.mean)) else { return nil }
      let random = known.compactMap { row in
        randomChanges.isEmpty ? nil : classes.firstIndex { $0.label == row.label }.map { randomChanges[$0] }
      }
      return Means(own: own, others: mean(known.compactMap(\.others?.mean)), random: mean(random))
    }
  }
}
