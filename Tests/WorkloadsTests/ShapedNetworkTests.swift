import Networks
import Testing
import Workloads

@Suite("Networks of published shapes")
struct ShapedNetworkTests {
  struct Published: Sendable {
    let network: ShapedNetwork
    /// Of torchvision's models (Inception-v3: 27,161,264 less the auxiliary classifier's 3,326,696).
    let parameters: Int
    /// Output channels of all convolutions but the classifier's.
    let filters: Int
    /// Billions, one image of the usual size.
    let multiplyAdds: Double
  }

  // VGG-11 has 133 million weights and is left to the benchmark.
  static let published = [
    Published(network: .smallCNN, parameters: 60_874, filters: 176, multiplyAdds: 0.009),
    Published(network: .squeezeNet, parameters: 1_235_496, filters: 2944, multiplyAdds: 0.349),
    Published(network: .resNet18, parameters: 11_689_512, filters: 4800, multiplyAdds: 1.814),
    Published(network: .resNet50, parameters: 25_557_032, filters: 26_560, multiplyAdds: 4.089),
    Published(network: .inceptionV3, parameters: 23_834_568, filters: 17_216, multiplyAdds: 5.713),
  ]

  @Test("Parameters, filters and multiply-adds are the published ones", arguments: published)
  func counts(_ expected: Published) throws {
    let network = try expected.network.network()
    // A normalization's mean and variance are no trained values, so that torchvision does not count them either.
    let (parameters, filters) = (network.parameterCount, IncrementalCost(network).filters.count)
    let multiplyAdds = Double(network.multiplyAdds) * 1e-9
    #expect(parameters == expected.parameters)
    #expect(filters == expected.filters)
    #expect(abs(multiplyAdds - expected.multiplyAdds) < 0.0006)
  }

  @Test("The same seed gives the same weights, another seed others")
  func seeds() throws {
    let network = try ShapedNetwork.smallCNN.network(seed: 3)
    let isSame = try ShapedNetwork.smallCNN.network(seed: 3) == network
    let isOther = try ShapedNetwork.smallCNN.network(seed: 4) != network
    #expect(isSame && isOther)
  }
}
