import Images
import Networks
import Statistics

/// One picture on its way up.
struct PictureAscent: Sendable {
  /// Adam follows nothing that is so much smaller than the gradient, which has a root mean square of 1: it would be rounding.
  private static let epsilon = 1e-5

  /// The place of its objective among those of the run, and its number among that one's pictures.
  let objective: Int
  let number: Int
  /// What numbers its random streams: a function of objective and number alone.
  private let stream: Int
  private let configuration: MaximizationConfiguration
  private let channels: Int
  private let extent: Extent
  private var picture: ParametrizedPicture
  private var adam: AdamState
  private var filter: PreparedGradientFilter
  private var parameterGradient: [Float]
  private var gradient: [Float]
  /// The picture as it is: 0…1, channels first.
  private(set) var values: [Float]
  /// The objective at the first picture.
  var firstValue = 0.0

  init(
    _ configuration: MaximizationConfiguration, objective: Int, named name: String, number: Int, channels: Int,
    extent: Extent, spectrum: PictureSpectrum
  ) {
    self.configuration = configuration
    self.objective = objective
    self.number = number
    self.channels = channels
    self.extent = extent
    stream = Self.number(of: "\(name)#\(number)")
    var first = RandomStream(seed: configuration.seed, purpose: .initialPicture, index: stream)
    picture = ParametrizedPicture(
      configuration.parametrization, channels: channels, height: extent.height, width: extent.width,
      spectrum: spectrum, stream: &first)
    adam = AdamState(
      parameterCount: picture.parameters.count, learningRate: configuration.learningRate, epsilon: Self.epsilon)
    filter = PreparedGradientFilter(
      configuration.gradientFilter, channels: channels, height: extent.height, width: extent.width)
    parameterGradient = [Float](repeating: 0, count: picture.parameters.count)
    gradient = [Float](repeating: 0, count: channels * extent.area)
    values = gradient
    picture.render(into: &values)
  }

  /// Draws one of a step's views, of the given extent.
  func view(step: Int, number: Int, extent view: Extent) -> PictureView {
    var random = RandomStream(
      seed: configuration.seed, purpose: .pictureView, index: stream, subindex: step * 8 + number)
    return PictureView(
      configuration.transforms, channels: channels, height: extent.height, width: extent.width, viewHeight: view.height,
      viewWidth: view.width, stream: &random)
  }

  /// One step along the gradients of the objective by the step's views.
  ///
  /// - Parameters:
  ///   - gradients: one for each view, by the view's values.
  ///   - pull: the learned prior's direction, if there is one.
  mutating func climb(step: Int, views: [PictureView], gradients: [[Float]], pull: [Float]?) {
    for place in gradient.indices { gradient[place] = 0 }
    for (view, own) in zip(views, gradients) { view.adjoint(own, into: &gradient) }
    normalize()
    for penalty in configuration.penalties {
      penalty.subtractGradient(at: values, height: extent.height, width: extent.width, from: &gradient)
    }
    filter.apply(to: &gradient)
    if let pull {
      for place in pull.indices { gradient[place] += configuration.priorWeight * pull[place] }
    }
    picture.pullBack(gradient, into: &parameterGradient)
    adam.ascend(&picture.parameters, gradient: parameterGradient)
    picture.render(into: &values)
    if let smoothing = configuration.smoothing, step % smoothing.period == smoothing.period - 1 {
      picture.setPicture(smoothing.filter.applied(to: values, height: extent.height, width: extent.width))
      picture.render(into: &values)
    }
  }

  /// The picture in 8 bits.
  var image: Image { Image(picture: values, channels: channels, height: extent.height, width: extent.width) }

  /// Brings the gradient's root mean square to 1, so that weights of penalties mean the same for all units; zero stays.
  private mutating func normalize() {
    var squares = 0.0
    for value in gradient { squares += Double(value) * Double(value) }
    let size = (squares / Double(gradient.count)).squareRoot()
    guard size > 0 else { return }
    guard size.isFinite else {
      // A gradient that is no number leads nowhere.
      for place in gradient.indices { gradient[place] = 0 }
      return
    }
    for place in gradient.indices { gradient[place] = Float(Double(gradient[place]) / size) }
  }

  /// A number of a name that is the same on every machine (FNV-1a).
  private static func number(of name: String) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return Int(truncatingIfNeeded: hash)
  }
}
