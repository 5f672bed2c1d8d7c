import Foundations
import TestSupport
import Testing

struct QuantityTests {
  static let prefixes: [(String, Double)] = [
    ("", 1), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12), ("P", 1e15), ("Ki", 1024), ("Mi", 1_048_576),
    ("Gi", 1_073_741_824), ("Ti", 1_099_511_627_776),
  ]

  @Test(arguments: [
    (Quantity.work, "FLOP", 1.0), (.work, "MAC", 2), (.compute, "FLOP/s", 1), (.compute, "MAC/s", 2),
    (.size, "B", 1), (.size, "byte", 1), (.size, "b", 0.125), (.size, "bit", 0.125),
    (.bandwidth, "bit/s", 1), (.bandwidth, "b/s", 1), (.bandwidth, "B/s", 8), (.bandwidth, "byte/s", 8),
  ])
  func everyPrefixMultipliesEveryUnit(quantity: Quantity, unit: String, worth: Double) throws {
    for (prefix, factor) in Self.prefixes {
      for space in ["", " ", "  "] {
        #expect(try quantity.value(of: "3\(space)\(prefix)\(unit)") == 3 * factor * worth, "\(prefix)\(unit)")
      }
      #expect(try quantity.value(of: "1.5e1 \(prefix)\(unit)") == 15 * factor * worth, "\(prefix)\(unit)")
    }
  }

  @Test(arguments: [
    (Quantity.time, "2 s", 2.0), (.time, "0.2 ms", 0.0002), (.time, "90ms", 0.09), (.time, "7 us", 7e-6),
    (.time, "7 \u{B5}s", 7e-6), (.time, "7 \u{3BC}s", 7e-6), (.time, "3.3 ns", 3.3e-9),
    (.time, "1.5 min", 90),
    (.time, "0.1 min", 6), (.time, "1e-3 ms", 1e-6), (.rate, "0.5 /s", 0.5), (.rate, "30/s", 30),
    (.rate, "4 1/s", 4), (.work, "1e9 FLOP", 1e9), (.work, "0.21 GFLOP", 210_000_000),
    (.compute, "0.003 PFLOP/s", 3e12), (.size, "0.0 B", 0), (.size, "-0 B", 0), (.size, "8E3 bit", 1000),
    (.time, "123456789012345678901234567890 ns", 123_456_789_012_345_678_901.234567890),
    (.time, "0.000000000000000000000000000000000012345 s", 1.2345e-35),
  ])
  func aStringIsTheNearestDoubleToWhatItSays(quantity: Quantity, text: String, value: Double) throws {
    #expect(try quantity.value(of: text) == value, "\(text)")
  }

  /// What people and data sheets write; a unit with several meanings is read with a remark.
  @Test(arguments: [
    (Quantity.size, "3 KB", 3000.0, "Ki"), (.size, "3 MB", 3e6, ""), (.size, "2 Kbit", 250, "Ki"),
    (.size, "1 GB", 1e9, ""), (.size, "8 bits", 1, ""), (.bandwidth, "100 Mbps", 1e8, ""),
    (.bandwidth, "10Gbps", 1e10, ""), (.bandwidth, "1 MB/s", 8e6, ""), (.compute, "5 GFLOPS", 5e9, ""),
    (.compute, "2 TFLOPS", 2e12, ""), (.compute, "26 TOPS", 26e12, "1 FLOP"), (.work, "4 GFLOPs", 4e9, ""),
    (.work, "4 GMACs", 8e9, ""), (.work, "4 GOPs", 4e9, "1 FLOP"), (.memoryBandwidth, "8 Gbps", 1e9, ""),
    (.bandwidth, "12.5 MBps", 1e8, ""), (.memoryBandwidth, "25.6GBps", 25.6e9, ""),
    (.size, "200 kb", 25e3, "bit"),
  ])
  func unitsAsPeopleWriteThem(_ quantity: Quantity, _ text: String, _ value: Double, _ remark: String) throws
  {
    let reading = try quantity.reading(of: text)
    #expect(reading.value == value)
    #expect(remark.isEmpty ? reading.remark == nil : reading.remark?.contains(remark) == true, "\(reading)")
  }

  @Test(arguments: [
    (Quantity.compute, "3 GFLOP/S", "GFLOP/s"), (.bandwidth, "3 mbps", "Mbps"),
    (.bandwidth, "3 Gbit", "Gbit/s"),
    (.size, "3 mb", "MB"), (.bandwidth, "100 MB", "MB/s"), (.size, "60 M", "MB"),
    (.compute, "5 G", "GFLOP/s"),
  ])
  func anUnknownUnitComesWithTheNearestOne(_ quantity: Quantity, _ text: String, _ unit: String) {
    let failure = #expect(throws: Quantity.Failure.self) { try quantity.value(of: text) }
    #expect(failure?.message.contains("did you mean \(unit)") == true, "\(String(describing: failure))")
  }

  @Test(arguments: [
    (Quantity.time, "3 parsecs", "µs"), (.time, "3", "no unit"), (.time, "ms", "not a number"),
    (.time, "", "not a number"), (.time, "3 kms", "unit \"kms\""), (.time, "3 MS", "case matters"),
    (.time, "3 m", "unit \"m\""), (.time, "3 ks", "unit \"ks\""), (.rate, "3 k/s", "unit \"k/s\""),
    (.size, "3 mB", "unit \"mB\""), (.size, "3 Pi", "unit \"Pi\""),
    (.size, "3 PiB", "unit \"PiB\""), (.compute, "5 GB/s", "FLOP/s or MAC/s"),
    (.compute, "NaN FLOP/s", "not a number"),
    (.compute, "inf FLOP/s", "not a number"), (.work, "-1 FLOP", "negative"),
    (.work, "1e400 FLOP", "not a finite"),
    (.work, "1e308 TFLOP", "not a finite"), (.work, "1e FLOP", "unit \"e FLOP\""),
    (.work, " 1 FLOP", "not a number"),
    (.work, "1 FLOP ", "unit \"FLOP \""), (.bandwidth, "1 Gbit", "bit/s, b/s, B/s or byte/s"),
    (.bandwidth, "1 GBIT/s", "case matters"), (.work, "1 FLOP\u{301}", "unit"),
    (.time, "1,5 s", "has a comma"),
    (.time, "1 s\u{1B}[31m", "\\u001b"),
  ])
  func aStringThatIsNoneIsRefusedWithTheUnitsOfItsKey(quantity: Quantity, text: String, words: String) throws
  {
    let failure = try #require(throws: Quantity.Failure.self, "\(text) is accepted") {
      try quantity.value(of: text)
    }
    #expect(failure.message.contains(words), "\(failure)")
    #expect(failure.message.contains(quantity.unitList), "\(failure)")
  }

  @Test func decimalNumbersAreRoundedAsTheStandardLibraryRoundsThem() {
    var random = SplitMix64(seed: 7)
    for _ in 0..<20_000 {
      let integer = String(random.next() >> Int.random(in: 0..<64, using: &random))
      let fraction = Bool.random(using: &random) ? "." + String(random.next() >> 30) : ""
      let exponent = Bool.random(using: &random) ? "e\(Int.random(in: -340...320, using: &random))" : ""
      let text = integer + fraction + exponent
      let bytes = Array(text.utf8)
      let value = DecimalNumber(bytes, in: bytes.indices)?.value(bytes)
      #expect(value == Double(text), "\(text)")
    }
  }
}
