/// A symbol with up to six indices, rendered as `symbol_1_2_3` when a file is written and not before:
/// most models are never written, and a string a column would cost more than the column.
public struct Label: Sendable, Hashable, CustomStringConvertible {
  public let symbol: String
  private let firstIndices: SIMD4<Int32>
  private let lastIndices: SIMD2<Int32>
  private let count: UInt8

  private init(
    _ symbol: String, count: UInt8, _ indices: SIMD4<Int32>, _ lastIndices: SIMD2<Int32> = .zero
  ) {
    self.symbol = symbol
    self.firstIndices = indices
    self.lastIndices = lastIndices
    self.count = count
  }

  public init(_ symbol: String) { self.init(symbol, count: 0, .zero) }

  public init(_ symbol: String, _ first: Int) {
    self.init(symbol, count: 1, SIMD4(Int32(first), 0, 0, 0))
  }

  public init(_ symbol: String, _ first: Int, _ second: Int) {
    self.init(symbol, count: 2, SIMD4(Int32(first), Int32(second), 0, 0))
  }

  public init(_ symbol: String, _ first: Int, _ second: Int, _ third: Int) {
    self.init(symbol, count: 3, SIMD4(Int32(first), Int32(second), Int32(third), 0))
  }

  public init(_ symbol: String, _ first: Int, _ second: Int, _ third: Int, _ fourth: Int) {
    self.init(symbol, count: 4, SIMD4(Int32(first), Int32(second), Int32(third), Int32(fourth)))
  }

  public init(
    _ symbol: String, _ first: Int, _ second: Int, _ third: Int, _ fourth: Int, _ fifth: Int
  ) {
    self.init(
      symbol, count: 5, SIMD4(Int32(first), Int32(second), Int32(third), Int32(fourth)),
      SIMD2(Int32(fifth), 0))
  }

  public init(
    _ symbol: String, _ first: Int, _ second: Int, _ third: Int, _ fourth: Int, _ fifth: Int, _ sixth: Int
  ) {
    self.init(
      symbol, count: 6, SIMD4(Int32(first), Int32(second), Int32(third), Int32(fourth)),
      SIMD2(Int32(fifth), Int32(sixth)))
  }

  /// What the symbol is of, up to six numbers.
  public var indices: [Int] {
    (0..<Int(count)).map { Int($0 < 4 ? firstIndices[$0] : lastIndices[$0 - 4]) }
  }

  public var description: String {
    var text = symbol
    for index in indices {
      text += "_"
      text += String(index)
    }
    return text
  }
}
