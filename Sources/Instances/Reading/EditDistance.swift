/// The nearest of some names to a misspelt one.
enum EditDistance {
  /// The name with the fewest edits from `text`, if these are few for its length.
  ///
  /// - Complexity: O(sum of the lengths times the length of `text`); names beyond 64 code points are skipped.
  static func nearest(to text: String, among names: some Sequence<String>) -> String? {
    let wanted = Array(text.unicodeScalars.prefix(65))
    guard wanted.count <= 64 else { return nil }
    var best: String?
    var limit = max(1, wanted.count / 3)
    for name in names {
      let candidate = Array(name.unicodeScalars.prefix(65))
      guard candidate.count <= 64, abs(candidate.count - wanted.count) <= limit else { continue }
      let distance = levenshtein(wanted, candidate)
      guard distance < limit || (distance == limit && best == nil) else { continue }
      best = name
      limit = distance
    }
    return best
  }

  /// The number of insertions, deletions and substitutions between two texts, ignoring ASCII case
  /// (Wagner and Fischer 1974, two rows).
  private static func levenshtein(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var previous = Array(0...right.count)
    for (row, scalar) in left.enumerated() {
      var current = [row + 1]
      for (column, other) in right.enumerated() {
        let substitution = previous[column] + (lowercased(scalar) == lowercased(other) ? 0 : 1)
        current.append(min(substitution, previous[column + 1] + 1, current[column] + 1))
      }
      previous = current
    }
    return previous[right.count]
  }

  private static func lowercased(_ scalar: Unicode.Scalar) -> UInt32 {
    (0x41...0x5A).contains(scalar.value) ? scalar.value + 32 : scalar.value
  }
}
