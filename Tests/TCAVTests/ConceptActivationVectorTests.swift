import Probing
import Statistics
import TCAV
import Testing

@Suite struct ConceptActivationVectorTests {
  @Test("A CAV [1,2,3] and a gradient of the logit [0,1,2] give a directional derivative of 8")
  func directionalDerivative() {
    // Images that differ along [1,2,3] by its length: their standard deviation is that of two points at ± length / √2.
    let half = Float(0.5).squareRoot()
    let reference = FeatureMatrix(
      rowCount: 2, columnCount: 3, values: [half, 2 * half, 3 * half, -half, -2 * half, -3 * half])
    let vector = ConceptActivationVector(direction: [10, 20, 30], reference: reference)
    let gradients = FeatureMatrix(rowCount: 2, columnCount: 3, values: [0, 1, 2, 0, -1, -2])
    let slopes = vector.sensitivities(gradients)
    #expect(abs(slopes[0] - 8) < 1e-6)
    #expect(abs(slopes[1] + 8) < 1e-6)
  }

  @Test("A vector's length is the standard deviation of reference images along it; where they do not vary it is 0")
  func scale() throws {
    var stream = RandomStream(seed: 1, purpose: .test)
    let values = (0..<5 * 40).map { _ in Float(stream.normal()) }
    let reference = FeatureMatrix(rowCount: 40, columnCount: 5, values: values)
    for length in [1e-6, 1, 1e6] {
      let vector = ConceptActivationVector(direction: [1, -2, 0.5, 0, 3].map { $0 * length }, reference: reference)
      let square = vector.direction.reduce(0) { $0 + $1 * $1 }
      // Projections on the unit vector are those on the vector divided by its length, which is their deviation.
      let moments = RunningMoments(vector.sensitivities(reference))
      #expect(abs(try #require(moments.variance) - square * square) < 1e-9 * square * square)
    }
    let constant = FeatureMatrix(rowCount: 4, columnCount: 1, values: [3, 3, 3, 3])
    #expect(ConceptActivationVector(direction: [1], reference: constant).direction == [0])
    #expect(ConceptActivationVector(direction: [0], reference: reference.columns([0])).direction == [0])
  }
}
