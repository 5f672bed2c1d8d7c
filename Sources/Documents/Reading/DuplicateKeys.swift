import Foundations

/// Finds a key that an object has twice.
package enum DuplicateKeys {
  /// The first key that repeats an earlier one, code point by code point after decoding escapes.
  ///
  /// - Complexity: O(k) expected for k keys.
  package static func first(in document: Document, keys: ArraySlice<Int>) -> Int? {
    let isPlain = keys.allSatisfy { document.tokens[$0].kind == .string }
    // Nearly all objects are small; comparing their few keys costs less than a set.
    if keys.count <= 12, isPlain { return firstByComparing(document, keys) }
    var seen = Set<Name>(minimumCapacity: keys.count)
    return keys.first { !seen.insert(Name(document.text($0))).inserted }
  }

  private static func firstByComparing(_ document: Document, _ keys: ArraySlice<Int>) -> Int? {
    for index in keys.indices {
      let key = document.contents(keys[index])
      for earlier in keys.startIndex..<index {
        let other = document.contents(keys[earlier])
        if key.count == other.count, document.bytes[key].elementsEqual(document.bytes[other]) {
          return keys[index]
        }
      }
    }
    return nil
  }
}
