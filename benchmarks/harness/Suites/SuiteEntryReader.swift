import Documents
import Foundations
import LayerRoute
import Problems

/// Reads an entry of a suite: a file, or a family with parameters. A list in place of a value stands for one instance
/// for each value; several lists stand for one instance for each combination of values.
struct SuiteEntryReader<P: Problem> {
  private let document: Document
  private let token: Int
  private let folder: String
  /// `nil` for an entry that names a file.
  private let family: Family<P>?
  /// The chosen parameters of the family, in its order, and "seed", each with the values that it takes.
  private let choices: [(name: String, tokens: [Int])]

  /// An instance that an entry stands for.
  struct Case {
    let name: String
    let sizeClass: String
    let scale: Subject.Scale?
    let instance: P.Instance
  }

  private static var seed: String { "seed" }
  private static var keys: [String] { ["file", "family", "name", "class", "scale", seed] }
  /// An entry with more instances is taken for a mistake.
  private static var mostCases: Int { 100_000 }

  /// - Parameters:
  ///   - token: the entry.
  ///   - document: the suite.
  ///   - folder: the folder of files: "." or a path with a slash at its end.
  ///   - kind: the kind whose families entries name.
  init(_ token: Int, of document: Document, folder: String, _ kind: Kind<P>) throws(InputError) {
    self.document = document
    self.token = token
    self.folder = folder
    try document.check(token, is: .object)
    family = try Self.family(document.member("family", of: token), of: document, among: kind.families)
    if let family { try Self.refuseParameters(of: kind.families, besides: family, in: document, token) }
    let parameters = (family.map { [$0] } ?? kind.families).flatMap(\.parameters).map(\.name)
    try document.check(keys: Self.keys + parameters, of: token)
    choices = try Self.choices(among: parameters + [Self.seed], in: document, token)
    guard choices.reduce(1.0, { $0 * Double($1.tokens.count) }) <= Double(Self.mostCases) else {
      throw document.error(token, "this stands for more than \(Self.mostCases) instances")
    }
  }

  func cases() throws(InputError) -> [Case] {
    if let file = document.member("file", of: token) { return [try caseOfFile(file)] }
    guard let family else { throw document.error(token, "the key \"family\" is missing") }
    var cases: [Case] = []
    for combination in combinations() { cases.append(try self.case(family, combination)) }
    return cases
  }

  // MARK: Keys

  private static func family(
    _ token: Int?, of document: Document, among families: [Family<P>]
  ) throws(InputError) -> Family<P>? {
    guard let token else { return nil }
    let name = try document.word(token, among: families.map(\.name))
    return families.first { $0.name == name }
  }

  /// Refuses parameters of other families, and names these.
  private static func refuseParameters(
    of families: [Family<P>], besides family: Family<P>, in document: Document, _ token: Int
  ) throws(InputError) {
    for (key, value) in try document.members(of: token) {
      let name = document.text(key)
      guard !keys.contains(name), !family.takes(name) else { continue }
      let others = families.filter { $0.takes(name) }.map(\.name)
      guard others.isEmpty else {
        throw document.error(
          value, "\(name) does not apply to \(family.name), only to \(others.joined(separator: ", "))")
      }
    }
  }

  private static func choices(
    among names: [String], in document: Document, _ token: Int
  ) throws(InputError) -> [(name: String, tokens: [Int])] {
    var choices: [(name: String, tokens: [Int])] = []
    for name in names where !choices.contains(where: { $0.name == name }) {
      guard let value = document.member(name, of: token) else { continue }
      let tokens = document.tokens[value].kind == .array ? Array(document.children(of: value)) : [value]
      guard !tokens.isEmpty else { throw document.error(value, "an empty list stands for no instance") }
      choices.append((name, tokens))
    }
    return choices
  }

  private func text(_ key: String) throws(InputError) -> String? {
    guard let token = document.member(key, of: token) else { return nil }
    return try document.string(token)
  }

  // MARK: Files

  private func caseOfFile(_ token: Int) throws(InputError) -> Case {
    if let choice = choices.first {
      throw document.error(choice.tokens[0], "\(choice.name) belongs to a family; this entry names a file")
    }
    if let family = document.member("family", of: self.token) {
      throw document.error(family, "an entry names a file or a family, not both")
    }
    let path = try document.string(token)
    var file = try Document.read(file: path.hasPrefix("/") || folder == "." ? path : folder + path)
    file.foreignKeys = Kinds.foreignKeys(toInstance: file)
    let name = try text("name") ?? path
    return Case(
      name: name, sizeClass: try text("class") ?? name, scale: nil, instance: try P.instance(from: file))
  }

  // MARK: Families

  private typealias Choice = (name: String, token: Int)

  /// One choice for each parameter; the last parameter varies fastest.
  private func combinations() -> [[Choice]] {
    choices.reduce([[]]) { combinations, choice in
      combinations.flatMap { combination in choice.tokens.map { combination + [(choice.name, $0)] } }
    }
  }

  private func `case`(_ family: Family<P>, _ combination: [Choice]) throws(InputError) -> Case {
    // First, because it checks the values, which the rest relies on.
    let instance = try instance(family, combination)
    return Case(
      name: try name(family, combination), sizeClass: try sizeClass(family, combination),
      scale: try scale(combination), instance: instance)
  }

  private func instance(_ family: Family<P>, _ combination: [Choice]) throws(InputError) -> P.Instance {
    var seed: UInt64?
    var values = ParameterValues()
    for (name, token) in combination {
      if let parameter = family.parameters.first(where: { $0.name == name }) {
        values[name] = try value(of: parameter, token)
      } else {
        seed = UInt64(try document.index(token))
      }
    }
    do {
      return try family.instance(seed: seed, values)
    } catch {
      throw document.error(token, error.description)
    }
  }

  private func value(of parameter: Parameter, _ token: Int) throws(InputError) -> ParameterValue {
    let value: ParameterValue
    if case .word = parameter.domain {
      value = .word(try document.string(token))
    } else {
      value = .number(try document.finiteNumber(token))
    }
    do {
      return try parameter.value(written: value)
    } catch {
      throw document.error(token, error.description)
    }
  }

  /// The entry's name, with the values that distinguish its instances.
  private func name(_ family: Family<P>, _ combination: [Choice]) throws(InputError) -> String {
    let varied = zip(choices, combination).filter { $0.0.tokens.count > 1 }
    return ([try text("name") ?? family.name] + varied.map { "\($1.name)=\(label($1.token))" })
      .joined(separator: " ")
  }

  /// The entry's class, `{key}` replaced by the value.
  private func sizeClass(_ family: Family<P>, _ combination: [Choice]) throws(InputError) -> String {
    let (written, name) = (try text("class"), try text("name"))
    var sizeClass = written ?? name ?? family.name
    for choice in combination { sizeClass.replace("{\(choice.name)}", with: label(choice.token)) }
    return sizeClass
  }

  private func scale(_ combination: [Choice]) throws(InputError) -> Subject.Scale? {
    guard let token = document.member("scale", of: token) else { return nil }
    let dimension = try document.string(token)
    guard let choice = combination.first(where: { $0.name == dimension }) else {
      throw document.error(token, "this entry has no parameter \(TerminalText.quoted(dimension))")
    }
    return Subject.Scale(dimension: dimension, value: try document.nonNegativeNumber(choice.token))
  }

  /// A value as it is written in names.
  private func label(_ token: Int) -> String {
    if document.isString(token) { return document.text(token) }
    let number = document.number(token)
    return Int(exactly: number).map { "\($0)" } ?? "\(number)"
  }
}

extension Family {
  /// Whether one of its parameters has this name.
  fileprivate func takes(_ name: String) -> Bool { parameters.contains { $0.name == name } }
}
