import Foundations

/// The keys that an object may have: cases of an enumeration.
package struct Schema<Key: CaseIterable & RawRepresentable<Int> & Sendable>: Sendable {
  package let names: [String]
  fileprivate let keys: [Key]
  fileprivate let spellings: [[UInt8]]
  let part: FilePart?

  /// A schema with the names of the keys, of a part that files of other problems have as well, if there is such a part.
  package init(_ part: FilePart? = nil, _ keys: [Key] = Array(Key.allCases)) {
    self.part = part
    self.keys = keys
    names = keys.map { "\($0)" }
    spellings = names.map { Array($0.utf8) }
  }
}

/// The values of an object by key.
package struct Fields<Key: CaseIterable & RawRepresentable<Int> & Sendable> {
  package let document: Document
  package let token: Int
  fileprivate var values: [Int]

  /// The token of a key's value; `nil` if the key is absent.
  package subscript(key: Key) -> Int? {
    let value = values[key.rawValue]
    return value > 0 ? value : nil
  }

  package func required(_ key: Key) throws(InputError) -> Int {
    guard let value = self[key] else { throw document.error(token, "the key \"\(key)\" is missing") }
    return value
  }
}

extension Document {
  /// The values of an object by key; unknown keys are errors, and so is null, except of the key that may be.
  package func fields<Key>(
    of token: Int, _ schema: Schema<Key>, nullable: Key? = nil
  ) throws(InputError) -> Fields<Key> {
    try check(token, is: .object)
    var fields = Fields<Key>(
      document: self, token: token, values: Array(repeating: 0, count: Key.allCases.count))
    var key = token + 1
    while key < indexAfter(token) {
      guard let index = index(of: key, in: schema) else { throw unknownKey(key, schema.names, schema.part) }
      if index != nullable?.rawValue { try checkIsNotNull(key + 1) }
      fields.values[index] = key + 1
      key = indexAfter(key + 1)
    }
    return fields
  }

  /// Checks that an object has no other keys and no value that is null, for objects whose keys are only known
  /// at run time.
  package func check(keys: [String], of token: Int) throws(InputError) {
    for (key, value) in try members(of: token) {
      guard keys.contains(where: { $0.utf8.elementsEqual(text(key).utf8) }) else {
        throw unknownKey(key, keys)
      }
      try checkIsNotNull(value)
    }
  }

  private func checkIsNotNull(_ value: Int) throws(InputError) {
    guard tokens[value].kind != .null else { throw error(value, "null is not allowed; leave the key out") }
  }

  /// The value of a key that an object must have.
  package func required(_ key: String, of token: Int) throws(InputError) -> Int {
    guard let value = member(key, of: token) else { throw error(token, "the key \"\(key)\" is missing") }
    return value
  }

  private func index<Key>(of key: Int, in schema: Schema<Key>) -> Int? {
    let isEscaped = tokens[key].kind == .escapedString
    let spelling = isEscaped ? Array(text(key).utf8)[...] : bytes[contents(key)]
    let position = schema.spellings.firstIndex {
      $0.count == spelling.count && $0.elementsEqual(spelling)
    }
    return position.map { schema.keys[$0].rawValue }
  }

  private func unknownKey(_ key: Int, _ known: [String], _ part: FilePart? = nil) -> InputError {
    let text = text(key)
    if path(to: key) == "layerroute" {
      return error(
        key,
        "this file is an instance or a plan; what is needed here has the keys \(known.joined(separator: ", "))"
      )
    }
    if let part, let foreignKeys {
      let owners = foreignKeys.owners(of: text, in: part)
      if !owners.isEmpty {
        let problems = (owners.count == 1 ? "problem " : "problems ") + owners.joined(separator: " and ")
        return error(
          key,
          "the key \(TerminalText.quoted(text)) belongs to the \(problems), but this is an instance of "
            + "\(foreignKeys.problem); known here: \(known.joined(separator: ", "))")
      }
    }
    let hint =
      EditDistance.nearest(to: text, among: known).map { "did you mean \"\($0)\"?" }
      ?? "known here: " + known.joined(separator: ", ")
    return error(key, "unknown key \(TerminalText.quoted(text)); \(hint)")
  }
}
