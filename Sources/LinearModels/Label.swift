/// A symbol with up to four indices, rendered as `symbol_1_2_3` when a file is written and not before:
/// most models are never written, and a string a column would cost more than the column.
public struct Label: Sendable, Hashable, CustomStringConvertible {
  public let symbol: String
  private let indices: SIMD4<Int32>
  private let count: UInt8

  public init(_ symbol: String) {
    self.symbol = symbol
    self.indices = .zero
    self.count = 0
  }

  public init(_ symbol: String, _ first: Int) {
    self.symbol = symbol
    self.indices = SIMD4(Int32(first), 0, 0, 0)
    self.count = 1
  }

  public init(_ symbol: String, _ first: Int, _ second: Int) {
    self.symbol = symbol
    self.indices = SIMD4(Int32(first), Int32(second), 0, 0)
    self.count = 2
  }

  public init(_ symbol: String, _ first: Int, _ second: Int, _ third: Int) {
    self.symbol = symbol
    self.indices = SIMD4(Int32(first), Int32(second), Int32(third), 0)
    self.count = 3
  }

  public init(_ symbol: String, _ first: Int, _ second: Int, _ third: Int, _ fourth: Int) {
    self.symbol = symbol
    self.indices = SIMD4(Int32(first), Int32(second), Int32(third), Int32(fourth))
    self.count = 4
  }

  public var description: String {
    var text = symbol
    for position in 0..<Int(count) {
      text += "_"
      text += String(indices[position])
    }
    return text
  }
}
