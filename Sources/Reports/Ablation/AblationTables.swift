import NeuronShapley

/// An ablation test as tables.
public enum AblationTables {
  /// On fewer images no curve is called better or worse.
  static let fewestImages = 20

  /// Every table with the name of its file.
  public static func all(_ document: AblationDocument) -> [(name: String, csv: String)] {
    var points = "curve,direction,orders,removed,metric,lower,upper,smallest,largest\n"
    var areas = "curve,direction,orders,area,lower,upper,difference,difference_lower,difference_upper\n"
    for curve in document.test.curves {
      let head = "\(curve.name),\(curve.direction.rawValue),\(curve.orderCount)"
      for point in curve.points {
        let ends = [point.smallest, point.largest].map { $0.map { "\($0)" } ?? "" }
        points +=
          "\(head),\(point.removed),\(point.metric.value),\(point.metric.lower),\(point.metric.upper),\(ends[0]),\(ends[1])\n"
      }
      let difference = curve.difference.map { "\($0.value),\($0.lower),\($0.upper)" } ?? ",,"
      areas += "\(head),\(curve.area.value),\(curve.area.lower),\(curve.area.upper),\(difference)\n"
    }
    return [("curves.csv", points), ("areas.csv", areas)]
  }

  /// The counts of removed players that tables show: round ones.
  static func shownCounts(_ document: AblationDocument) -> [Int] {
    let counts = Set(document.test.curves.first?.points.map(\.removed) ?? [])
    return [0, 5, 10, 20, 50, 100].filter(counts.contains)
  }

  /// How a curve compares with the ranking's, in a few words.
  static func verdict(_ curve: RemovalCurve, imageCount: Int) -> String {
    guard let difference = curve.difference else { return "" }
    // The bootstrap knows no spread that so few images have not shown.
    guard imageCount >= fewestImages else { return "too few images" }
    let isGoodLow = curve.direction == .mostFirst
    if difference.lower > 0 { return isGoodLow ? "worse" : "better" }
    if difference.upper < 0 { return isGoodLow ? "better" : "worse" }
    return "not told apart"
  }
}
