import Networks

/// Places the nodes of a network with tiers in the rows of a picture, the lowest tier first.
struct Rows {
  /// The columns of the widest row.
  let columns: Int

  /// The middle of one of `count` equal parts of a row.
  func position(_ index: Int, of count: Int, row: Int) -> Position {
    // Rows are near enough to each other for a picture that is wider than high.
    Position(
      x: Double((2 * index + 1) * columns) / Double(2 * count) - 0.5, y: Double(row * columns) / 8)
  }
}
