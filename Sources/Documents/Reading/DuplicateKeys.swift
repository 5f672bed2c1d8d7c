import Foundations

extension Document {
  /// Checks that an object with these keys has none twice, code point by code point after decoding escapes, in expected
  /// linear time.
  package func checkAreUnique(_ keys: ArraySlice<Int>) throws(InputError) {
    guard let duplicate = firstDuplicate(of: keys) else { return }
    throw error(duplicate, "duplicate key \(TerminalText.quoted(text(duplicate)))")
  }

  private func firstDuplicate(of keys: ArraySlice<Int>) -> Int? {
    // Nearly all objects are small, and comparing their few keys takes less time than a set.
    if keys.count <= 12, keys.allSatisfy({ tokens[$0].kind == .string }) {
      return keys.indices.first { index in
        let key = bytes[contents(keys[index])]
        return keys[..<index].contains { bytes[contents($0)] == key }
      }.map { keys[$0] }
    }
    var seen = Set<Name>(minimumCapacity: keys.count)
    return keys.first { !seen.insert(Name(text($0))).inserted }
  }
}
