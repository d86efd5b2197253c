#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// One of the many independent random streams of a seed, named by its purpose and up to two indices.
///
/// The stream is a value: it depends on (seed, purpose, indices) alone, never on what other streams drew. So unit 17
/// shuffles the same way on any worker, in any order, and after a resume. Bits come from ``Philox``, with the seed as
/// key, the purpose and a mixture of the indices in the counter's upper half and the position in its lower half; a
/// stream has 2⁶⁵ 32-bit words.
///
/// Its own shuffles and distributions are part of the definition (the standard library does not promise that its
/// `shuffled(using:)` stays the same between versions).
public struct RandomStream: RandomNumberGenerator, Sendable {
  /// What a stream is used for; two purposes of the same seed and indices are independent.
  public struct Purpose: Sendable, Hashable {
    /// The number that enters the generator: never change it once results have been written.
    public let code: UInt32

    /// A purpose of your own; codes below 1000 belong to this package.
    public init(code: UInt32) { self.code = code }

    /// Random orders of the players.
    public static let playerOrder = Purpose(code: 1)
    /// The dealing of the components (images) to units of work.
    public static let componentOrder = Purpose(code: 2)
    /// The coin of the roulette at a truncation.
    public static let roulette = Purpose(code: 3)
    /// Random subsets of the images of a data set.
    public static let imageSample = Purpose(code: 4)
    /// Donor images of the ablation `resample`.
    public static let donor = Purpose(code: 5)
    /// Random rankings that serve as a baseline.
    public static let baseline = Purpose(code: 6)
    /// Random coalitions.
    public static let coalition = Purpose(code: 7)
    /// The order in which strata are visited.
    public static let stratum = Purpose(code: 8)
    /// Random coalitions at which single players are toggled.
    public static let starCoalition = Purpose(code: 9)
    /// Random coalitions at which slopes are taken.
    public static let slopeCoalition = Purpose(code: 10)
    /// Resamples of the bootstrap.
    public static let bootstrap = Purpose(code: 11)
    /// The parting of a set of images into two.
    public static let dataSplit = Purpose(code: 12)
    /// Where attacks start.
    public static let attack = Purpose(code: 13)
    /// Which images of a class are kept to judge a ranking by.
    public static let classSplit = Purpose(code: 14)
    /// Images that consist of nothing but noise.
    public static let noiseImage = Purpose(code: 15)
    /// The dealing of rows to the folds of a probe's cross-validation.
    public static let probeFolds = Purpose(code: 16)
    /// The first weights of a probe with hidden units, and the rows that end its training.
    public static let probeInitialWeights = Purpose(code: 17)
    /// The labels of control tasks, and which image lies in which of their folds.
    public static let probeControl = Purpose(code: 18)
    /// Random directions that a concept's direction is compared with.
    public static let randomDirection = Purpose(code: 19)
    /// The parameters of a new network.
    public static let parameterInitialization = Purpose(code: 20)
    /// The order of the images in an epoch of training.
    public static let trainingOrder = Purpose(code: 21)
    /// Random changes of training images.
    public static let augmentation = Purpose(code: 22)
    /// Which images are kept for validation.
    public static let validationSplit = Purpose(code: 23)
    /// Coalitions at which the costs of evaluations are counted.
    public static let costMeter = Purpose(code: 24)
    /// The images of a procedural world.
    public static let world = Purpose(code: 30)
    /// Which images stand for a concept, for random concepts and for the sets that both are told apart from.
    public static let conceptDraw = Purpose(code: 40)
    /// The first parameters of pictures that are maximised.
    public static let initialPicture = Purpose(code: 50)
    /// How a picture is moved, turned and scaled at each step.
    public static let pictureView = Purpose(code: 51)
    /// Weights that take the place of trained ones, layer by layer.
    public static let weightRandomization = Purpose(code: 52)
    /// The parameters and the noise of a learned prior of pictures.
    public static let picturePrior = Purpose(code: 53)
    /// Masks that take the place of an image's own.
    public static let shuffledMasks = Purpose(code: 54)
    /// Everything in tests.
    public static let test = Purpose(code: 999)
  }

  private let key: Philox.Key
  private let upper: SIMD2<UInt32>
  private var position: UInt64 = 0
  private var pending: UInt64 = 0
  private var hasPending = false

  /// The stream of `seed` for `purpose`, numbered by `index` and `subindex` (any integers).
  public init(seed: UInt64, purpose: Purpose, index: Int = 0, subindex: Int = 0) {
    let indices = Philox.block(
      at: Philox.Block(
        UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32),
        UInt32(truncatingIfNeeded: subindex), UInt32(truncatingIfNeeded: subindex >> 32)),
      key: Philox.Key(purpose.code, 0x5EED_1D0E))
    key = Philox.Key(
      UInt32(truncatingIfNeeded: seed) ^ indices[0], UInt32(truncatingIfNeeded: seed >> 32) ^ indices[1])
    upper = SIMD2(indices[2], indices[3])
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    if hasPending {
      hasPending = false
      return pending
    }
    let words = Philox.block(
      at: Philox.Block(
        UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: position >> 32), upper[0], upper[1]),
      key: key)
    position &+= 1
    pending = UInt64(words[3]) << 32 | UInt64(words[2])
    hasPending = true
    return UInt64(words[1]) << 32 | UInt64(words[0])
  }

  /// A uniform integer in `0..<bound`, without modulo bias (Lemire's multiplication with rejection).
  ///
  /// - Precondition: `bound > 0`.
  public mutating func uniform(below bound: Int) -> Int {
    precondition(bound > 0, "a uniform integer needs at least one possible value")
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// A uniform number in [0, 1), a multiple of 2⁻⁵³.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// True with probability `probability`.
  public mutating func bernoulli(_ probability: Double) -> Bool { uniform() < probability }

  /// A standard normal number (Box and Muller; two 64-bit draws each).
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * Double.pi * uniform())
  }

  /// Shuffles in place, every order equally likely (Fisher and Yates). Complexity: O(count).
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, uniform(below: last + 1))
    }
  }

  /// The numbers `0..<count` in a uniformly random order.
  public mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    shuffle(&order)
    return order
  }

  /// `size` different numbers of `0..<count`, every ordered choice equally likely. Complexity: O(count).
  ///
  /// - Precondition: `0 ≤ size ≤ count`.
  public mutating func sample(_ size: Int, of count: Int) -> [Int] {
    precondition(0 <= size && size <= count, "a sample without replacement cannot exceed its population")
    var numbers = Array(0..<count)
    for place in 0..<size { numbers.swapAt(place, place + uniform(below: count - place)) }
    return Array(numbers.prefix(size))
  }
}
