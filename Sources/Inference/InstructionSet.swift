import CKernels
import InputErrors

/// The instructions that the kernels use.
///
/// Fused and separate multiply and add round differently in the last bits; ``hasBits(of:)`` says which sets agree. With
/// one of them, results are the same bits on every machine and for any number of workers.
public enum InstructionSet: String, Sendable, Hashable, Codable, CaseIterable {
  /// Plain multiply and add on whatever vectors the compiler finds.
  case portable
  /// Eight-wide AVX2 with fused multiply-add (x86-64 since 2013).
  case avx2
  /// Sixteen-wide AVX-512 (F, VL, DQ), with the bits of ``avx2``.
  case avx512

  /// True when this processor can run it.
  public var isSupported: Bool { ns_supports(code) == 1 }

  /// The fastest one that this processor can run.
  public static var fastest: InstructionSet {
    avx512.isSupported ? .avx512 : avx2.isSupported ? .avx2 : .portable
  }

  /// True when results have the same bits with either set: both fuse, or neither does, and sums have one order in all.
  public func hasBits(of other: InstructionSet) -> Bool { isFused == other.isFused }

  private var isFused: Bool {
    switch self {
    case .portable: false
    case .avx2, .avx512: true
    }
  }

  /// The one that a user named, for instance in an environment variable; ``fastest`` for nil.
  ///
  /// - Throws: ``InputError`` (usage) when the name is unknown or the processor lacks the instructions.
  public static func named(_ name: String?) throws -> InstructionSet {
    guard let name else { return fastest }
    guard let set = InstructionSet(rawValue: name) else {
      throw InputError(
        .usage, "unknown instruction set '\(name)'", expected: allCases.map(\.rawValue).joined(separator: " or "),
        hint: Suggestion.hint(for: name, among: allCases.map(\.rawValue)))
    }
    guard set.isSupported else { throw InputError(.usage, "this processor lacks the instruction set '\(name)'") }
    return set
  }

  var code: Int32 {
    switch self {
    case .portable: Int32(ns_portable)
    case .avx2: Int32(ns_avx2)
    case .avx512: Int32(ns_avx512)
    }
  }
}
