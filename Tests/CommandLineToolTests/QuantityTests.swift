import CommandLineTool
import Testing

@Suite struct QuantityTests {
  @Test(arguments: [
    ("0", 0), ("5000", 5000), ("1_000_000", 1_000_000), ("1e6", 1_000_000), ("2.5e3", 2500),
    ("9223372036854775807", Int.max),
  ])
  func countsAreRead(text: String, value: Int) { #expect(Quantity.count(text) == value) }

  @Test(arguments: [
    "", "-1", "1.5", "1e30", "ten", "1e", "e6", "0x10", "1 000", "nan", "inf", "9223372036854775808000",
  ])
  func whatIsNoCountIsRefused(text: String) { #expect(Quantity.count(text) == nil) }

  @Test(arguments: [
    ("90", 90.0), ("90s", 90), ("10m", 600), ("2h", 7200), ("1.5h", 5400), ("1h30m", 5400), ("250ms", 0.25),
    ("1d", 86400),
  ])
  func timesAreRead(text: String, seconds: Double) { #expect(Quantity.seconds(text) == seconds) }

  @Test(arguments: ["", "m", "10q", "10m5", "-3s", "1..5h", "h1", "10 m"])
  func whatIsNoTimeIsRefused(text: String) { #expect(Quantity.seconds(text) == nil) }

  @Test(arguments: [
    ("1048576", 1 << 20), ("512M", 512 << 20), ("4G", 4 << 30), ("1.5GiB", 3 << 29), ("2kb", 2048), ("1T", 1 << 40),
    ("7B", 7),
  ])
  func memoryIsRead(text: String, bytes: Int) { #expect(Quantity.bytes(text) == bytes) }

  @Test(arguments: ["", "G", "4X", "4iB", "4GiBs", "-1G", "99999999999T", "4BB", "1GM"])
  func whatIsNoMemoryIsRefused(text: String) { #expect(Quantity.bytes(text) == nil) }
}
