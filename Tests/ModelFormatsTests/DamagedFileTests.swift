import Foundation
import InputErrors
import ModelFormats
import TestSupport
import Testing

/// Truncated and bit-flipped files read or throw ``InputError``; nothing traps and nothing takes long.
struct DamagedFileTests {
  /// Numbers that look random and are the same in every run (a linear congruential generator).
  private struct Numbers {
    var state: UInt64
    mutating func next(below bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
  }

  /// Reads and, when that works, checks that the network can be written again; any other error fails the test.
  private func attempt(_ data: Data) throws -> Bool {
    do {
      _ = try ONNXWriter().bytes(of: ONNXReader().read(data))
      return true
    } catch is InputError {
      return false
    }
  }

  @Test(arguments: Fixture.all)
  func `damaged small files are read or refused`(_ fixture: Fixture) throws {
    let whole = try fixture.data
    let original = try fixture.network
    for length in 0..<whole.count { _ = try attempt(whole.prefix(length)) }
    var numbers = Numbers(state: UInt64(whole.count))
    for round in 0..<200 {
      var data = whole
      for _ in 0...(round % 3) { data[numbers.next(below: data.count)] ^= 1 << UInt8(numbers.next(below: 8)) }
      _ = try attempt(data)
      // Whole bytes: lengths and tags that jump.
      data[numbers.next(below: data.count)] = UInt8(numbers.next(below: 256))
      _ = try attempt(data)
    }
    #expect(try ONNXReader().read(whole, name: original.name) == original)
  }

  @Test(.enabled(if: TestData.isPresent, Comment(rawValue: TestData.absenceReason)))
  func `a damaged trained network is read or refused`() throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: TestData.path("models/mnist_cntk.onnx")))
    var refused = 0
    for length in stride(from: 0, to: whole.count, by: 13) where try !attempt(whole.prefix(length)) { refused += 1 }
    #expect(refused > whole.count / 13 / 2)
    var numbers = Numbers(state: 7)
    for _ in 0..<5000 {
      var data = whole
      data[numbers.next(below: data.count)] ^= 1 << UInt8(numbers.next(below: 8))
      _ = try attempt(data)
    }
    // The structure at the file's end, where the names and shapes are.
    for _ in 0..<2000 {
      var data = whole
      data[data.count - 1 - numbers.next(below: 1500)] = UInt8(numbers.next(below: 256))
      _ = try attempt(data)
    }
  }
}
