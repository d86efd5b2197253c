import Foundation
import InputErrors
import NeuronShapley
import Testing

@Suite struct PerformanceMetricTests {
  private func score(_ metric: PerformanceMetric, _ logits: [Float], _ label: Int) -> Double {
    logits.withUnsafeBufferPointer { metric.score(logits: $0, label: label) }
  }

  @Test func scoresAreWorkedOutByHand() {
    let logits: [Float] = [1, 3, 2, -1, 0, 0.5, 2.5]
    #expect(score(.accuracy, logits, 1) == 1 && score(.accuracy, logits, 6) == 0)
    #expect(score(.top5, logits, 5) == 1 && score(.top5, logits, 4) == 0)
    let total = logits.reduce(0.0) { $0 + exp(Double($1)) }
    #expect(abs(score(.probability, logits, 2) - exp(2) / total) < 1e-12)
    #expect(abs(score(.logLikelihood(), logits, 3) - (-1 - log(total))) < 1e-12)
    #expect(score(.logLikelihood(floor: -2), logits, 3) == -2)
    #expect(score(.logLikelihood(floor: -9), logits, 3) == score(.logLikelihood(), logits, 3))
    #expect(score(.logit, logits, 6) == 2.5)
    #expect(score(.margin, logits, 1) == 0.5 && score(.margin, logits, 2) == -1)
    #expect(score(.classAccuracy(1), logits, 1) == 1)
    // Predicted to be of class 1: right for an image of class 1, wrong for any other; classes 0 and 2 are not predicted.
    #expect(score(.binary(1), logits, 1) == 1 && score(.binary(1), logits, 0) == 0)
    #expect(score(.binary(2), logits, 2) == 0 && score(.binary(2), logits, 0) == 1)
  }

  @Test func attacksCountAgainstTheNetwork() throws {
    let logits: [Float] = [1, 3, 2, -1]
    let total = logits.reduce(0.0) { $0 + exp(Double($1)) }
    // Taken for class 1: a success against an image of class 0, none against one of class 1.
    #expect(score(.attackSuccess(target: nil), logits, 0) == -1 && score(.attackSuccess(target: nil), logits, 1) == 0)
    #expect(score(.attackSuccess(target: 1), logits, 0) == -1 && score(.attackSuccess(target: 2), logits, 0) == 0)
    #expect(abs(score(.attackProbability(target: nil), logits, 2) + 1 - exp(2) / total) < 1e-12)
    #expect(abs(score(.attackProbability(target: 3), logits, 2) + exp(-1) / total) < 1e-12)
    for metric in [PerformanceMetric.attackSuccess(target: 2), .attackProbability(target: 2)] {
      #expect(metric.range == -1...0 && metric.classIndex == 2)
      #expect(metric.uses(label: 1) && !metric.uses(label: 2))
      #expect(metric.chance(labels: [0, 1], classCount: 4) == nil)
      #expect(throws: InputError.self) { try metric.validate(classCount: 2) }
      let copy = try JSONDecoder().decode(PerformanceMetric.self, from: JSONEncoder().encode(metric))
      #expect(copy == metric)
    }
    #expect(PerformanceMetric.attackSuccess(target: nil).uses(label: 2))
  }

  @Test func onlyClassAccuracyLooksAtOneClass() {
    #expect(PerformanceMetric.classAccuracy(2).uses(label: 2) && !PerformanceMetric.classAccuracy(2).uses(label: 1))
    #expect(PerformanceMetric.binary(2).uses(label: 1) && PerformanceMetric.accuracy.uses(label: 1))
  }

  @Test func rangesHoldEveryScore() {
    #expect(PerformanceMetric.accuracy.range == 0...1 && PerformanceMetric.probability.range == 0...1)
    #expect(PerformanceMetric.logLikelihood(floor: -7).range == -7...0)
    for metric in [PerformanceMetric.logLikelihood(), .logit, .margin] { #expect(metric.range == nil) }
  }

  @Test func chanceIsWhatGuessingScores() throws {
    let labels = [0, 0, 1, 3]
    #expect(PerformanceMetric.accuracy.chance(labels: labels, classCount: 10) == 0.1)
    #expect(PerformanceMetric.top5.chance(labels: labels, classCount: 10) == 0.5)
    #expect(PerformanceMetric.top5.chance(labels: labels, classCount: 4) == 1)
    let uniform = try #require(PerformanceMetric.logLikelihood().chance(labels: labels, classCount: 10))
    #expect(abs(uniform + log(10)) < 1e-12)
    let binary = try #require(PerformanceMetric.binary(0).chance(labels: labels, classCount: 10))
    #expect(abs(binary - (0.1 + 0.9) / 2) < 1e-12)
    #expect(PerformanceMetric.logit.chance(labels: labels, classCount: 10) == nil)
    #expect(PerformanceMetric.classAccuracy(7).chance(labels: labels, classCount: 10) == nil)
  }

  @Test func namesAreReadWithTheirNumbers() throws {
    for kind in PerformanceMetric.Kind.allCases {
      let needsClass = kind == .classAccuracy || kind == .binary
      let metric = try PerformanceMetric(parsing: kind.rawValue, classIndex: needsClass ? 3 : nil)
      #expect(metric.kind == kind && metric.classIndex == (needsClass ? 3 : nil))
      let copy = try JSONDecoder().decode(PerformanceMetric.self, from: JSONEncoder().encode(metric))
      #expect(copy == metric)
    }
    let clipped = try PerformanceMetric(parsing: "log-likelihood", floor: -5)
    #expect(try JSONDecoder().decode(PerformanceMetric.self, from: JSONEncoder().encode(clipped)) == clipped)
  }

  @Test func mistakesInNamesAndNumbersAreRefused() throws {
    let misspelt = try #require(throws: InputError.self) { try PerformanceMetric(parsing: "log-likelyhood") }
    #expect(misspelt.hint == "did you mean 'log-likelihood'?")
    #expect(throws: InputError.self) { try PerformanceMetric(parsing: "class-accuracy") }
    #expect(throws: InputError.self) { try PerformanceMetric(parsing: "accuracy", classIndex: 1) }
    #expect(throws: InputError.self) { try PerformanceMetric(parsing: "logit", floor: -1) }
    #expect(throws: InputError.self) { try PerformanceMetric.binary(10).validate(classCount: 10) }
    #expect(throws: InputError.self) { try PerformanceMetric.binary(-1).validate(classCount: 10) }
    #expect(throws: InputError.self) { try PerformanceMetric.logLikelihood(floor: 0).validate(classCount: 10) }
    let ablation = try #require(throws: InputError.self) { try Ablation(parsing: "meanmap2") }
    #expect(ablation.hint == "did you mean 'meanMap'?")
    let estimator = try #require(throws: InputError.self) { try EstimatorChoice.Kind(parsing: "permutations") }
    #expect(estimator.hint == "did you mean 'permutation'?")
  }
}
