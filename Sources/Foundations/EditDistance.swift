/// Finds the name nearest to a misspelt one.
package enum EditDistance {
  /// The length of the longest names that are compared.
  private static let longest = 64

  /// The name with the fewest edits from `text`, ignoring ASCII case, if they are few for the length of `text`; none for
  /// a text of one character.
  ///
  /// - Complexity: O(sum of the lengths times the length of `text`).
  package static func nearest(to text: String, among names: some Sequence<String>) -> String? {
    let wanted = folded(text)
    guard wanted.count <= longest else { return nil }
    var best: String?
    // One edit turns every character into any other.
    var limit = wanted.count > 1 ? max(1, wanted.count / 3) : 0
    for name in names {
      let candidate = folded(name)
      guard candidate.count <= longest, abs(candidate.count - wanted.count) <= limit else { continue }
      let distance = damerau(wanted, candidate)
      guard distance < limit || (distance == limit && best == nil) else { continue }
      best = name
      limit = distance
    }
    return best
  }

  /// The number of insertions, deletions, substitutions and swaps of neighbours between two texts (Damerau
  /// 1964, in the form of Wagner and Fischer 1974 with three rows).
  private static func damerau(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for row in left.indices {
      var current = [row + 1]
      for column in right.indices {
        let substitution = previous[column] + (left[row] == right[column] ? 0 : 1)
        var distance = min(substitution, previous[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          distance = min(distance, beforePrevious[column - 1] + 1)
        }
        current.append(distance)
      }
      (beforePrevious, previous) = (previous, current)
    }
    return previous[right.count]
  }

  private static func folded(_ text: String) -> [Unicode.Scalar] {
    text.unicodeScalars.prefix(longest + 1).map { scalar in
      ("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar
    }
  }
}
