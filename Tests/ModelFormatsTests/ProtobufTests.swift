import Foundation
import InputErrors
import ModelFormats
import Testing

struct ProtobufTests {
  private func reader(_ bytes: [UInt8]) -> ProtobufReader { ProtobufReader(Data(bytes)) }

  private func fields(_ bytes: [UInt8]) throws -> [ProtobufField] {
    var reader = reader(bytes)
    var fields: [ProtobufField] = []
    while let field = try reader.nextField() { fields.append(field) }
    return fields
  }

  @Test func `numbers of all sizes are written and read`() throws {
    let numbers = [0, 1, 127, 128, 300, 1 << 31, -1, Int.min, Int.max]
    var writer = ProtobufWriter()
    for number in numbers { writer.integer(3, number) }
    writer.packedIntegers(4, numbers)
    var reader = reader(writer.bytes)
    var single: [Int] = []
    var packed: [Int] = []
    while let field = try reader.nextField() {
      if field.number == 3 { try reader.appendIntegers(field, to: &single) }
      if field.number == 4 { try reader.appendIntegers(field, to: &packed) }
    }
    #expect(single == numbers)
    #expect(packed == numbers)
  }

  @Test func `floats are read packed and one at a time`() throws {
    var writer = ProtobufWriter()
    writer.float(1, 0.5)
    writer.raw(1, [Float(-2), 3])
    writer.float(1, 8)
    var reader = reader(writer.bytes)
    var floats: [Float] = []
    while let field = try reader.nextField() { try reader.appendFloats(field, to: &floats) }
    #expect(floats == [0.5, -2, 3, 8])
  }

  @Test func `unknown fields and groups are stepped over`() throws {
    // Field 1: 64 bits; a group 2 with a nested group 3 and a number; field 4: 32 bits; field 5: 150.
    let bytes: [UInt8] = [
      0x09, 1, 2, 3, 4, 5, 6, 7, 8, 0x13, 0x1b, 0x08, 1, 0x1c, 0x14, 0x25, 1, 0, 0, 0, 0x28, 0x96, 0x01,
    ]
    let read = try fields(bytes)
    #expect(read.map(\.number) == [1, 4, 5])
    #expect(read.map(\.offset) == [0, 15, 20])
    #expect(read.last?.value == .varint(150))
  }

  @Test(
    arguments: [
      ([0x08], 1, "number runs past"),
      ([0x08, 0x80], 1, "number runs past"),
      ([0x08] + [UInt8](repeating: 0xff, count: 10), 1, "more than 64 bits"),
      ([0x12, 0x05, 1], 0, "runs past the end"),
      ([0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], 0, "runs past the end"),
      ([0x0d, 1, 2], 1, "number runs past"),
      ([0x0f], 0, "wire type"),
      ([0x00, 0x01], 0, "number is impossible"),
      ([0x13], 1, "never ends"),
      ([0x13, 0x1c], 1, "another's number"),
      ([0x08, 0x01, 0x14], 2, "never began"),
      ([UInt8](repeating: 0x0b, count: 200), 64, "too deeply"),
    ] as [([UInt8], Int, String)])
  func `damage is an error at its byte`(_ bytes: [UInt8], _ offset: Int, _ what: String) throws {
    let error = try #require(throws: InputError.self) { try fields(bytes) }
    #expect(error.kind == .data)
    #expect(error.place.byte == offset)
    #expect(error.what.contains(what))
  }

  @Test func `a field of another type is an error`() throws {
    var reader = reader([0x08, 0x01])
    let field = try #require(try reader.nextField())
    #expect(throws: InputError.self) { try reader.string(field) }
    #expect(throws: InputError.self) { try reader.float(field) }
    #expect(throws: InputError.self) { try reader.message(field) }
  }

  @Test func `half precision is widened exactly`() {
    #expect(HalfPrecision.float16(0x3c00) == 1)
    #expect(HalfPrecision.float16(0xc000) == -2)
    #expect(HalfPrecision.float16(0x7bff) == 65504)
    #expect(HalfPrecision.float16(0x0001) == 0x1p-24)
    #expect(HalfPrecision.float16(0x83ff) == -0x1.ff8p-15)
    #expect(HalfPrecision.float16(0x3555) == 0.33325195)
    #expect(HalfPrecision.float16(0x7c00) == .infinity)
    #expect(HalfPrecision.float16(0x8000).sign == .minus)
    #expect(HalfPrecision.float16(0x7e01).isNaN)
    #expect(HalfPrecision.bfloat16(0xc020) == -2.5)
  }
}
