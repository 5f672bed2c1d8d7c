import Documents
import Foundations

/// A configuration of Hugging Face Transformers (config.json), from which the matrices of a model follow.
public struct TransformerConfiguration: Sendable {
  let document: Document
  /// The object with the figures: the root, or `text_config` of a model that reads more than text.
  let token: Int
  let family: TransformerFamily

  /// Reads a configuration from a file ("-" is standard input).
  ///
  /// - Throws: if the file cannot be read, or is of a family that is not known; the message names the place.
  public static func read(file: String) throws(InputError) -> TransformerConfiguration {
    try TransformerConfiguration(Document.parse(InputFile.read(file: file), format: .json, file: file))
  }

  init(_ document: Document) throws(InputError) {
    self.document = document
    try document.check(Document.root, is: .object)
    let text = document.member("text_config", of: Document.root)
    token = text ?? Document.root
    let key = document.member("model_type", of: token) ?? document.member("model_type", of: Document.root)
    guard let key else {
      throw document.error(
        Document.root,
        "the key \"model_type\" is missing; this is no configuration of Hugging Face Transformers")
    }
    let name = try document.string(key)
    guard let family = TransformerFamily.named(name) else {
      let known = TransformerFamily.names
      let hint =
        EditDistance.nearest(to: name, among: known).map { "; did you mean \(TerminalText.quoted($0))?" }
        ?? ""
      throw document.error(
        key,
        "the family \(TerminalText.quoted(name)) is not known\(hint) (known: \(known.joined(separator: ", ")))"
      )
    }
    self.family = family
  }

  /// The whole number of the first of some keys that is there and not null, at least 1; otherwise what the family has if
  /// such keys are left out.
  func number(_ keys: String...) throws(InputError) -> Int? {
    for key in keys {
      guard let value = document.member(key, of: token), document.tokens[value].kind != .null else {
        continue
      }
      let number = try document.index(value)
      guard number >= 1, number <= 1 << 31 else { throw document.error(value, "must be from 1 to 2^31") }
      return number
    }
    return keys.lazy.compactMap { leftOut[$0] }.first
  }

  /// The figures that `text_config` leaves out because they are those of the family, by their keys. The configuration of
  /// a model that reads text alone has all of them.
  var leftOut: [String: Int] {
    guard token != Document.root else { return [:] }
    return family.defaults.filter { document.member($0.key, of: token) == nil }
  }

  func required(_ keys: String...) throws(InputError) -> Int {
    for key in keys { if let number = try number(key) { return number } }
    let names = keys.map { "\"\($0)\"" }.joined(separator: " or ")
    throw document.error(token, "the key \(names) is missing")
  }

  func flag(_ key: String) throws(InputError) -> Bool? {
    guard let value = document.member(key, of: token), document.tokens[value].kind != .null else {
      return nil
    }
    return try document.flag(value)
  }

  func text(_ key: String, of object: Int) -> String? {
    guard let value = document.member(key, of: object), document.isString(value) else { return nil }
    return document.text(value)
  }

  /// The texts of a list; `nil` if there is none.
  func texts(_ key: String) throws(InputError) -> [String]? {
    guard let value = document.member(key, of: token), document.tokens[value].kind == .array else {
      return nil
    }
    return try document.elements(of: value).map(document.string)
  }

  /// The whole numbers of a list; none if there is no list.
  func numbers(_ key: String) throws(InputError) -> [Int] {
    guard let value = document.member(key, of: token), document.tokens[value].kind == .array else {
      return []
    }
    return try document.elements(of: value).map(document.index)
  }
}
