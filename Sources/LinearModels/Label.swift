/// A symbol with up to six indices, such as `x_1_2_3`.
///
/// The text is made only when a file is written. Most models are never written, and a string for each column would cost
/// more than the column.
public struct Label: Sendable, Hashable, CustomStringConvertible {
  /// The symbol without indices.
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

  /// A symbol without indices.
  public init(_ symbol: String) { self.init(symbol, count: 0, .zero) }

  /// A symbol with one index.
  public init(_ symbol: String, _ first: Int) {
    self.init(symbol, count: 1, SIMD4(Int32(first), 0, 0, 0))
  }

  /// A symbol with two indices.
  public init(_ symbol: String, _ first: Int, _ second: Int) {
    self.init(symbol, count: 2, SIMD4(Int32(first), Int32(second), 0, 0))
  }

  /// A symbol with three indices.
  public init(_ symbol: String, _ first: Int, _ second: Int, _ third: Int) {
    self.init(symbol, count: 3, SIMD4(Int32(first), Int32(second), Int32(third), 0))
  }

  /// A symbol with four indices.
  public init(_ symbol: String, _ first: Int, _ second: Int, _ third: Int, _ fourth: Int) {
    self.init(symbol, count: 4, SIMD4(Int32(first), Int32(second), Int32(third), Int32(fourth)))
  }

  /// A symbol with five indices.
  public init(
    _ symbol: String, _ first: Int, _ second: Int, _ third: Int, _ fourth: Int, _ fifth: Int
  ) {
    self.init(
      symbol, count: 5, SIMD4(Int32(first), Int32(second), Int32(third), Int32(fourth)),
      SIMD2(Int32(fifth), 0))
  }

  /// A symbol with six indices.
  public init(
    _ symbol: String, _ first: Int, _ second: Int, _ third: Int, _ fourth: Int, _ fifth: Int, _ sixth: Int
  ) {
    self.init(
      symbol, count: 6, SIMD4(Int32(first), Int32(second), Int32(third), Int32(fourth)),
      SIMD2(Int32(fifth), Int32(sixth)))
  }

  /// The indices, at most six.
  public var indices: [Int] {
    (0..<Int(count)).map { Int($0 < 4 ? firstIndices[$0] : lastIndices[$0 - 4]) }
  }

  /// The symbol and its indices, joined by underscores.
  public var description: String {
    var text = symbol
    for index in indices {
      text += "_"
      text += String(index)
    }
    return text
  }
}
