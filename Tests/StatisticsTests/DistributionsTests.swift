import Foundation
import Statistics
import Testing

/// Golden numbers are those of scipy.stats (`t.sf`, `t.ppf`, `norm.ppf`, `ttest_1samp`, `ttest_ind`), which agree with
/// closed forms where there are some.
@Suite struct DistributionsTests {
  /// Degrees of freedom, t, P(T > t).
  static let tails: [(Double, Double, Double)] = [
    (1, -40, 0.9920439100879742),
    (1, -2.5, 0.8788810584091566),
    (1, -0.3, 0.5927735790777423),
    (1, 0.01, 0.496817007235093),
    (1, 1, 0.25000000000000006),
    (1, 4, 0.07797913037736932),
    (1, 25, 0.01272561134799183),
    (2, -40, 0.9996877926639076),
    (2, -2.5, 0.9351941398892446),
    (2, -0.3, 0.6037571695799112),
    (2, 0.01, 0.4964645544791005),
    (2, 1, 0.2113248654051871),
    (2, 4, 0.028595479208968315),
    (2, 25, 0.000798085105705167),
    (3.5, -40, 0.9999956167794453),
    (3.5, -2.5, 0.962152678095255),
    (3.5, -0.3, 0.6094332950800552),
    (3.5, 0.01, 0.49628235622596206),
    (3.5, 1, 0.19066862678172264),
    (3.5, 4, 0.010460308182701857),
    (3.5, 25, 2.2599513810646816e-05),
    (5, -40, 0.9999999079401891),
    (5, -2.5, 0.9727549503288119),
    (5, -0.3, 0.6118754788683627),
    (5, 0.01, 0.49620400902129097),
    (5, 1, 0.18160873382456144),
    (5, 4, 0.005161707740415725),
    (5, 25, 9.55338892197712e-07),
    (39, -40, 1.0),
    (39, -2.5, 0.9916331076264011),
    (39, -0.3, 0.6171147965426507),
    (39, 0.01, 0.4960361336048119),
    (39, 1, 0.16173747258569177),
    (39, 4, 0.0001369286897369501),
    (39, 25, 6.435196787327447e-26),
    (120, -40, 1.0),
    (120, -2.5, 0.9931152325374848),
    (120, -0.3, 0.6176518944124068),
    (120, 0.01, 0.4960189466498231),
    (120, 1, 0.15966136193221053),
    (120, 4, 5.4971921312108296e-05),
    (120, 25, 1.0456114646168659e-49),
    (10000, -40, 1.0),
    (10000, -2.5, 0.9937823902247082),
    (10000, -0.3, 0.6179083043853338),
    (10000, 0.01, 0.4960107434246779),
    (10000, 1, 0.15866735216521458),
    (10000, 4, 3.189933441156984e-05),
    (10000, 25, 3.7216718814597553e-134),
  ]

  @Test func tailsOfStudentsDistribution() {
    for (degrees, t, tail) in Self.tails {
      let student = StudentDistribution(degreesOfFreedom: degrees)
      #expect(abs(student.upperTail(t) - tail) <= 1e-11 * tail, "ν \(degrees), t \(t)")
      #expect(abs(student.cumulative(t) - (1 - tail)) <= 1e-12)
      #expect(student.cumulative(-t) == student.upperTail(t))
    }
  }

  /// ν = 1 is Cauchy's, ν = 2 and 4 have closed forms.
  @Test func closedForms() {
    for t in [-30, -2, -0.1, 0, 0.5, 1, 7, 1e5] {
      let cauchy = 0.5 + atan(t) / Double.pi
      #expect(abs(StudentDistribution(degreesOfFreedom: 1).cumulative(t) - cauchy) < 1e-14)
      let two = 0.5 + t / (2 * (2 + t * t).squareRoot())
      #expect(abs(StudentDistribution(degreesOfFreedom: 2).cumulative(t) - two) < 1e-14)
    }
    let student = StudentDistribution(degreesOfFreedom: 7)
    #expect(student.upperTail(.infinity) == 0)
    #expect(student.upperTail(-.infinity) == 1)
    #expect(student.upperTail(1e200) == 0)
    #expect(student.twoSided(0) == 1)
  }

  /// Degrees of freedom, probability, quantile.
  static let quantiles: [(Double, Double, Double)] = [
    (1, 1e-08, -31830988.61837906),
    (1, 0.025, -12.706204736174705),
    (1, 0.4, -0.32491969623290634),
    (1, 0.75, 1.0000000000000002),
    (1, 0.995, 63.656741162871526),
    (2, 1e-08, -7071.067705799458),
    (2, 0.025, -4.302652729749464),
    (2, 0.4, -0.2886751345948128),
    (2, 0.75, 0.8164965809277261),
    (2, 0.995, 9.924843200918287),
    (5, 1e-08, -62.4045061109673),
    (5, 0.025, -2.5705818356363155),
    (5, 0.4, -0.2671808657041451),
    (5, 0.75, 0.7266868438004226),
    (5, 0.995, 4.032142983555228),
    (38, 1e-08, -7.066421703621713),
    (38, 0.025, -2.02439416391197),
    (38, 0.4, -0.2551280705201837),
    (38, 0.75, 0.6810008787417154),
    (38, 0.995, 2.7115576019130825),
    (1000, 1e-08, -5.657912337679105),
    (1000, 0.025, -1.9623390808264085),
    (1000, 0.4, -0.25341451583949876),
    (1000, 0.75, 0.6747351646070093),
    (1000, 0.995, 2.580754698065951),
  ]

  @Test func quantilesOfStudentsDistribution() {
    for (degrees, probability, quantile) in Self.quantiles {
      let found = StudentDistribution(degreesOfFreedom: degrees).quantile(probability)
      #expect(abs(found - quantile) <= 1e-8 * abs(quantile), "ν \(degrees), p \(probability)")
    }
    #expect(StudentDistribution(degreesOfFreedom: 3).quantile(0.5) == 0)
  }

  @Test func normalDistribution() {
    let known = [
      (1e-10, -6.361340902404056), (0.025, -1.9599639845400545), (0.3, -0.5244005127080409), (0.9, 1.2815515655446004),
    ]
    for (probability, quantile) in known {
      #expect(abs(StandardNormalDistribution.quantile(probability) - quantile) < 1e-12)
      #expect(abs(StandardNormalDistribution.cumulative(quantile) - probability) < 1e-14)
    }
    #expect(abs(StandardNormalDistribution.twoSided(-1.9599639845400545) - 0.05) < 1e-15)
  }
}
