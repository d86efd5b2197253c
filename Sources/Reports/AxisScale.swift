import Foundation

/// A linear map from values to pixels, with round numbers for its marks.
public struct AxisScale: Sendable, Hashable {
  public let domain: ClosedRange<Double>
  public let pixels: ClosedRange<Double>
  /// Round values within the domain, ascending; their distance is 1, 2 or 5 times a power of ten.
  public let ticks: [Double]
  private let decimals: Int

  /// - Parameters:
  ///   - values: what must be within; a little room is added, and a single point is opened.
  ///   - count: how many marks are wanted, roughly.
  public init(_ values: ClosedRange<Double>, pixels: ClosedRange<Double>, ticks count: Int = 5) {
    let width = values.upperBound - values.lowerBound
    let isUsable =
      values.lowerBound.isFinite && width < 1e300 && width > abs(values.lowerBound) * 1e-12 && width > 1e-300
    // Far from the largest number, so that no bound, span or step overflows.
    let middle = values.lowerBound.isFinite ? min(max(values.lowerBound, -1e300), 1e300) : 0
    let bounds = isUsable ? values : (middle - max(1e-3, abs(middle)))...(middle + max(1e-3, abs(middle)))
    let span = bounds.upperBound - bounds.lowerBound
    domain = (bounds.lowerBound - 0.02 * span)...(bounds.upperBound + 0.02 * span)
    self.pixels = pixels
    let raw = span / Double(max(1, count))
    let power = pow(10, log10(raw).rounded(.down))
    let step = power * ([1.0, 2, 5].first { $0 * power >= raw * 0.999 } ?? 10)
    let first = (domain.lowerBound / step).rounded(.up), last = (domain.upperBound / step).rounded(.down)
    ticks = first <= last ? stride(from: first, through: last, by: 1).map { $0 * step } : []
    decimals = max(0, -Int(log10(step * 1.0001).rounded(.down)))
  }

  public func callAsFunction(_ value: Double) -> Double {
    let share = (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
    return pixels.lowerBound + share * (pixels.upperBound - pixels.lowerBound)
  }

  /// The mark as text, all marks with the same decimals.
  public func label(_ tick: Double) -> String {
    decimals > 6 ? NumberText.significant(tick, 2) : NumberText.fixed(tick, decimals: decimals)
  }
}
