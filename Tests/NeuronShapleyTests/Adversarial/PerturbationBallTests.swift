import NeuronShapley
import TestSupport
import Testing

@Suite struct PerturbationBallTests {
  /// A clean picture of whole samples and one somewhere around it.
  private func pair(_ random: inout SeededRandom, reach: Float) -> (clean: [Float], picture: [Float]) {
    let clean = (0..<50).map { _ in Float(random.int(0...255)) }
    let picture = zip(clean, random.floats(50)).map { $0 + reach * $1 }
    return (clean, picture)
  }

  private func isWithin(_ ball: PerturbationBall, _ picture: [Float], _ clean: [Float]) -> Bool {
    ball.distance(picture, from: clean) <= ball.radius && picture.allSatisfy { ball.samples.contains($0) }
  }

  @Test(arguments: AdversarialAttack.Norm.allCases)
  func whatLeavesTheBallComesBackExactly(norm: AdversarialAttack.Norm) {
    var random = SeededRandom(1)
    for round in 0..<400 {
      let radius = Double(random.int(1...4000)) / 173
      let ball = PerturbationBall(norm, radius: radius, samples: 0...255)
      let (clean, start) = pair(&random, reach: Float(round % 40))
      var picture = start
      ball.project(&picture, around: clean)
      #expect(isWithin(ball, picture, clean))
      // What is inside stays where it is.
      let inside = picture
      ball.project(&picture, around: clean)
      #expect(zip(inside, picture).allSatisfy { abs($0 - $1) <= 1e-4 })
      // No point of the ball's own line to the start is nearer to it.
      if norm == .linf {
        let expected = zip(start, clean).map {
          min(max(Double($0), max(0, Double($1) - radius)), min(255, Double($1) + radius))
        }
        #expect(zip(picture, expected).allSatisfy { abs(Double($0) - $1) < 1e-4 })
      }
      ball.round(&picture, around: clean)
      #expect(isWithin(ball, picture, clean))
      #expect(picture.allSatisfy { $0 == $0.rounded() })
      #expect(zip(inside, picture).allSatisfy { abs($0 - $1) <= 1.001 })
    }
  }

  @Test(arguments: AdversarialAttack.Norm.allCases)
  func stepsStayInsideAndGoUphill(norm: AdversarialAttack.Norm) {
    var random = SeededRandom(2)
    for _ in 0..<200 {
      let ball = PerturbationBall(norm, radius: Double(random.int(1...60)), samples: 0...255)
      let (clean, _) = pair(&random, reach: 0)
      let gradient = random.floats(50).map { $0 < -0.8 ? 0 : $0 }
      var picture = clean
      for _ in 0..<3 { ball.step(&picture, along: gradient, length: ball.radius / 2, around: clean) }
      #expect(isWithin(ball, picture, clean))
      let gain = zip(zip(picture, clean), gradient).reduce(0.0) { $0 + Double($1.0.0 - $1.0.1) * Double($1.1) }
      #expect(gain > 0)
      for (element, slope) in gradient.enumerated() where slope == 0 { #expect(picture[element] == clean[element]) }
      var still = picture
      ball.step(&still, along: [Float](repeating: 0, count: 50), length: 5, around: clean)
      #expect(zip(still, picture).allSatisfy { abs($0 - $1) <= 1e-4 })
    }
  }

  @Test func aSmallL2ChangeIsNotRoundedAwayWhereThereIsRoom() {
    let ball = PerturbationBall(.l2, radius: 2, samples: 0...255)
    let clean: [Float] = [100, 100, 100, 100, 100, 100]
    var picture: [Float] = [100.9, 99.2, 100.8, 100.7, 100.6, 100.4]
    ball.round(&picture, around: clean)
    // Five changes of 1 would be too long: the one that had the longest way up gives way.
    #expect(picture == [101, 99, 101, 101, 100, 100])
  }
}
