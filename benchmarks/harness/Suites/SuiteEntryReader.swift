import Documents
import Foundations
import Networks
import Problems
import Splitting
import SplittingGenerators

/// Reads an entry of a suite: a file, or a family with parameters. A list in place of a value stands for an instance
/// with each of its values; several lists for all combinations.
struct SuiteEntryReader {
  private let document: Document
  private let token: Int
  private let folder: String
  private let fields: Fields<Key>
  /// For each parameter the values that it takes, in the order of the keys below.
  private let choices: [(key: Key, tokens: [Int])]

  fileprivate enum Key: Int, CaseIterable {
    case file, family, name, `class`, scale
    // Those of `Recipe.Parameter`, and the seed.
    case nodes, devices, edgeServers, topology, arity
    case jobs, dnn, layers, objective
    case memoryTightness, computeTightness, linkTightness, deadlineTightness, rate, backlog, waiting
    case seed

    var parameter: Recipe.Parameter? { Recipe.Parameter.allCases.first { "\($0)" == "\(self)" } }
  }
  private static let schema = Schema<Key>()
  /// More than anybody has the time for.
  private static let mostCases = 100_000

  /// - Parameters:
  ///   - token: the entry.
  ///   - document: the suite.
  ///   - folder: where files are looked for; empty, or with a slash at its end.
  init(_ token: Int, of document: Document, folder: String) throws(InputError) {
    self.document = document
    self.token = token
    self.folder = folder
    fields = try document.fields(of: token, Self.schema)
    var choices: [(key: Key, tokens: [Int])] = []
    for key in Key.allCases where key == .seed || key.parameter != nil {
      guard let value = fields[key] else { continue }
      let tokens = document.tokens[value].kind == .array ? Array(document.children(of: value)) : [value]
      guard !tokens.isEmpty else { throw document.error(value, "an empty list stands for no instance") }
      choices.append((key, tokens))
    }
    self.choices = choices
    guard choices.reduce(1.0, { $0 * Double($1.tokens.count) }) <= Double(Self.mostCases) else {
      throw document.error(token, "this stands for more than \(Self.mostCases) instances")
    }
  }

  func cases() throws(InputError) -> [Suite.Case] {
    if let file = fields[.file] { return [try caseOfFile(file)] }
    let family = try document.word(fields.required(.family), Recipe.Family.self)
    var cases: [Suite.Case] = []
    for combination in combinations() { cases.append(try self.case(family, combination)) }
    return cases
  }

  private typealias Choice = (key: Key, token: Int)

  /// One choice a parameter, the last parameter's changing first.
  private func combinations() -> [[Choice]] {
    choices.reduce([[]]) { combinations, choice in
      combinations.flatMap { combination in choice.tokens.map { combination + [(choice.key, $0)] } }
    }
  }

  // MARK: Files

  private func caseOfFile(_ token: Int) throws(InputError) -> Suite.Case {
    if let choice = choices.first {
      throw document.error(choice.tokens[0], "\(choice.key) belongs to a family; this entry names a file")
    }
    if let family = fields[.family] {
      throw document.error(family, "an entry has a file or a family, not both")
    }
    let path = try document.string(token)
    let instance = try Instance.read(file: path.hasPrefix("/") || folder == "." ? path : folder + path)
    let name = try text(.name) ?? path
    return Suite.Case(
      subject: Subject(name: name, sizeClass: try text(.class) ?? name, of: instance), instance: instance)
  }

  private func text(_ key: Key) throws(InputError) -> String? {
    guard let token = fields[key] else { return nil }
    return try document.string(token)
  }

  // MARK: Families

  private func `case`(_ family: Recipe.Family, _ combination: [Choice]) throws(InputError) -> Suite.Case {
    var recipe = Recipe(family)
    for choice in combination { try set(choice, in: &recipe) }
    if let misplaced = recipe.misplaced,
      let choice = combination.first(where: { $0.key.parameter == misplaced })
    {
      let others = misplaced.families.map(\.rawValue).joined(separator: ", ")
      throw document.error(
        choice.token, "\(misplaced) does not apply to \(family.rawValue), only to \(others)")
    }
    let instance: Instance
    do {
      instance = try recipe.instance()
    } catch {
      throw document.error(token, error.description)
    }
    let subject = Subject(
      name: try name(family, combination), sizeClass: try sizeClass(family, combination),
      scale: try scale(combination), of: instance)
    return Suite.Case(subject: subject, instance: instance)
  }

  /// The entry's name with what tells its instances apart.
  private func name(_ family: Recipe.Family, _ combination: [Choice]) throws(InputError) -> String {
    let varied = zip(choices, combination).filter { $0.0.tokens.count > 1 }
    return ([try text(.name) ?? family.rawValue] + varied.map { "\($1.key)=\(label($1.token))" })
      .joined(separator: " ")
  }

  /// The entry's class, `{key}` replaced by the value.
  private func sizeClass(_ family: Recipe.Family, _ combination: [Choice]) throws(InputError) -> String {
    let (written, name) = (try text(.class), try text(.name))
    var sizeClass = written ?? name ?? family.rawValue
    for choice in combination { sizeClass.replace("{\(choice.key)}", with: label(choice.token)) }
    return sizeClass
  }

  private func scale(_ combination: [Choice]) throws(InputError) -> Subject.Scale? {
    guard let token = fields[.scale] else { return nil }
    let dimension = try document.string(token)
    guard let choice = combination.first(where: { "\($0.key)" == dimension }) else {
      throw document.error(token, "this entry has no parameter \(TerminalText.quoted(dimension))")
    }
    return Subject.Scale(dimension: dimension, value: try document.nonNegativeNumber(choice.token))
  }

  /// A value as it stands in names.
  private func label(_ token: Int) -> String {
    if document.isString(token) { return document.text(token) }
    let number = document.number(token)
    return Int(exactly: number).map { "\($0)" } ?? "\(number)"
  }

  private func set(_ choice: Choice, in recipe: inout Recipe) throws(InputError) {
    let token = choice.token
    guard let parameter = choice.key.parameter else {
      recipe.seed = UInt64(try document.index(token))
      return
    }
    switch parameter {
    case .nodes: recipe.nodes = try document.index(token)
    case .devices: recipe.devices = try document.index(token)
    case .edgeServers: recipe.edgeServers = try document.index(token)
    case .topology: recipe.topology = try document.word(token, Backbone.self)
    case .arity: recipe.arity = try document.index(token)
    case .jobs: recipe.jobs = try document.index(token)
    case .dnn: recipe.dnn = try document.word(token, Architecture.self)
    case .layers: recipe.layers = try document.index(token)
    case .objective: recipe.objective = try document.word(token, ObjectiveKind.self)
    case .memoryTightness: recipe.memoryTightness = try document.nonNegativeNumber(token)
    case .computeTightness: recipe.computeTightness = try document.nonNegativeNumber(token)
    case .linkTightness: recipe.linkTightness = try document.nonNegativeNumber(token)
    case .deadlineTightness: recipe.deadlineTightness = try document.nonNegativeNumber(token)
    case .rate: recipe.rate = try document.nonNegativeNumber(token)
    case .backlog: recipe.backlog = try document.nonNegativeNumber(token)
    case .waiting: recipe.waiting = try document.word(token, WaitingPolicy.self)
    }
  }
}

extension Subject {
  fileprivate init(name: String, sizeClass: String, scale: Scale? = nil, of instance: Instance) {
    self.init(
      name: name, sizeClass: sizeClass, scale: scale, nodes: instance.network.nodes.count,
      links: instance.network.links.count, jobs: instance.jobs.count,
      layers: instance.jobs.map { instance.dnns[$0.dnn].layers.count }.max() ?? 0)
  }
}
