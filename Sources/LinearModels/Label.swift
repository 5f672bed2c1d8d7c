/// A symbol with up to six indices of 32 bits, such as `x_1_2_3`. The text is made only when a file is written. Most
/// models are never written, and a string for each column would cost more than the column.
public struct Label: Sendable, Hashable, CustomStringConvertible {
  /// The symbol without indices.
  public let symbol: String
  private let firstIndices: SIMD4<Int32>
  private let lastIndices: SIMD2<Int32>

  /// The mark of an absent index.
  private static var none: Int32 { .min }

  /// A symbol with the indices before the first `nil`.
  public init(
    _ symbol: String, _ first: Int? = nil, _ second: Int? = nil, _ third: Int? = nil, _ fourth: Int? = nil,
    _ fifth: Int? = nil, _ sixth: Int? = nil
  ) {
    func stored(_ index: Int?) -> Int32 { index.map { Int32($0) } ?? Self.none }
    self.symbol = symbol
    firstIndices = SIMD4(stored(first), stored(second), stored(third), stored(fourth))
    lastIndices = SIMD2(stored(fifth), stored(sixth))
  }

  /// The symbol and its indices, joined by underscores.
  public var description: String {
    let indices = (0..<6).map { $0 < 4 ? firstIndices[$0] : lastIndices[$0 - 4] }
    return indices.prefix { $0 != Self.none }.reduce(into: symbol) { $0 += "_\($1)" }
  }
}
