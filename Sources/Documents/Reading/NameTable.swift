import Foundations

/// The index of each name in a list whose names are unique.
package struct NameTable {
  private(set) var indices: [Name: Int] = [:]
  /// The noun for these names in messages: "node", "layer", ...
  package let kind: String

  package init(_ kind: String) { self.kind = kind }

  /// Gives the next index to the name at a token.
  package mutating func add(_ name: Name, at token: Int, of document: Document) throws(InputError) {
    let index = indices.count
    guard indices.updateValue(index, forKey: name) == nil else {
      throw document.error(token, "a second \(kind) is called \(TerminalText.quoted(name.text))")
    }
  }

  /// The index of the name that is the string or key at a token.
  package func index(_ token: Int, of document: Document) throws(InputError) -> Int {
    let name = try document.name(token)
    guard let index = indices[name] else {
      let nearest = EditDistance.nearest(to: name.text, among: indices.keys.lazy.map(\.text))
      let hint = nearest.map { "; did you mean \(TerminalText.quoted($0))?" } ?? ""
      throw document.error(token, "there is no \(kind) \(TerminalText.quoted(name.text))\(hint)")
    }
    return index
  }
}
