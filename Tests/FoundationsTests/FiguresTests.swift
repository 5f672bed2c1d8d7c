import Foundations
import Testing

@Suite struct FiguresTests {
  @Test func areRoundedAndHaveUnits() {
    #expect(Figures.duration(0.055_300_000_000_01) == "55.3 ms")
    #expect(Figures.duration(0) == "0 s")
    #expect(Figures.size(602_112) == "602.1 kB")
    #expect(Figures.apart([1e8], .bandwidth) == ["100 Mbit/s"])
    #expect(Figures.apart([1.3], .load) == ["1.3 s of work a second"])
    #expect(Figures.apart([4.2e12], .computeRate) == ["4.2 TFLOP/s"])
    #expect(Figures.apart([0, 0], .size) == ["0 B", "0 B"])
  }

  @Test func sizesAreBinaryWhereTheyWereGivenSo() {
    #expect(Figures.apart([512 * 0x1p20], .size) == ["512 MiB"])
    #expect(Figures.apart([392 * 0x1p20, 256 * 0x1p20], .size) == ["392 MiB", "256 MiB"])
    #expect(Figures.apart([512e6, 60e6], .size) == ["512 MB", "60 MB"])
    #expect(Figures.apart([411_058_176, 256 * 0x1p20], .size) == ["392 MiB", "256 MiB"])
  }

  @Test func whatDiffersLooksDifferent() {
    #expect(Figures.apart([0.05, 0.050_000_1], .duration) == ["50 ms", "50.0001 ms"])
    #expect(Figures.apart([1, 0.999_999_96], .duration) == ["1 s", "0.99999996 s"])
    #expect(Figures.apart([1.000_002, 1], .load) == ["1.000002 s of work a second", "1 s of work a second"])
    for power in stride(from: -9.0, through: 15, by: 1) {
      for step in [1e-2, 1e-5, 1e-8, 1e-12] {
        var value = 1.234_567_8
        for _ in 0..<Int(abs(power)) { value *= power < 0 ? 0.1 : 10 }
        for quantity: Figures.Quantity in [.duration, .size, .bandwidth, .computeRate, .load] {
          let texts = Figures.apart([value, value * (1 + step)], quantity)
          #expect(texts[0] != texts[1], "\(value) \(step): \(texts)")
        }
      }
    }
  }

  @Test func whatWouldBeEnoughIsRoundedUp() {
    let figures = Figures.relaxed(0.05, to: 0.055_341, .duration)
    #expect(figures.limit == "50 ms" && figures.enough == "55.35 ms")
    #expect(Figures.relaxed(512e6, to: 620e6, .size) == ("512 MB", "620 MB"))
    #expect(Figures.relaxed(1, to: 1.000_01, .load).enough == "1.00001 s of work a second")
    #expect(Figures.relaxed(0.05, to: 0.099_999, .duration).enough == "100 ms")
  }
}
