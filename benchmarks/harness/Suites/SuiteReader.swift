import Documents
import Foundations
import LayerRoute
import Problems
import Solvers

/// Reads a suite: settings, methods and entries. An entry with lists of values stands for several instances.
struct SuiteReader {
  private let name: String
  private let document: Document
  /// The folder of the files that entries name.
  private let folder: String

  private enum Key: Int, CaseIterable {
    case layerroute, problem, about, limit, memory, repetitions, seed, heuristic, pruning, formulations,
      backends, instances
  }
  private static let schema = Schema<Key>()

  init(file: String) throws(InputError) {
    let document = try Document.read(file: file)
    let parts = file.split(separator: "/", omittingEmptySubsequences: false)
    let fileName = parts.last.map(String.init) ?? file
    name = file == "-" ? "suite" : fileName.split(separator: ".").dropLast().joined(separator: ".")
    folder = parts.dropLast().isEmpty ? "." : parts.dropLast().joined(separator: "/") + "/"
    self.document = document
  }

  init(name: String, text: [UInt8]) throws(InputError) {
    self.name = name
    document = try Document.parse(text, format: .yaml, file: name)
    folder = "."
  }

  func suite() throws(InputError) -> Suite {
    try document.checkVersion(Document.root)
    let fields = try document.fields(of: Document.root, Self.schema)
    let kind = try Kinds.kind(ofInstance: document)
    let about = try fields[.about].map { token throws(InputError) in try document.string(token) }
    return Suite(
      problem: kind.problemName, name: name, about: about ?? "", settings: try settings(fields),
      methods: try methods(fields, kind), cases: try cases(fields.required(.instances), kind))
  }

  private func cases<K: AnyKind>(_ list: Int, _ kind: K) throws(InputError) -> [Suite.Case] {
    var cases: [Suite.Case] = []
    var names = Set<String>()
    for entry in try document.elements(of: list) {
      let reader = try SuiteEntryReader(entry, of: document, folder: folder, kind.kind)
      for found in try reader.cases() {
        guard names.insert(found.name).inserted else {
          throw document.error(
            entry, "two instances would be called \(TerminalText.quoted(found.name)); give one a name")
        }
        let subject = Subject(
          name: found.name, sizeClass: found.sizeClass, scale: found.scale, K.P.size(of: found.instance),
          isMaximised: K.P.objective(of: found.instance).sense == .maximise)
        let text = JSONWriter.text(of: K.P.json(of: found.instance))
        cases.append(Suite.Case(subject: subject, instance: text))
      }
    }
    guard !cases.isEmpty else { throw document.error(list, "a suite needs at least one instance") }
    return cases
  }

  private func settings(_ fields: Fields<Key>) throws(InputError) -> Session.Settings {
    var settings = Session.Settings(limit: 60, memory: 4e9, repetitions: 3, seed: 1)
    if let token = fields[.limit] {
      settings.limit = try document.quantity(token, .time)
      guard settings.limit > 0 else { throw document.error(token, "a limit must be positive") }
    }
    if let token = fields[.memory] {
      settings.memory = try document.quantity(token, .size)
      guard settings.memory > 0 else { throw document.error(token, "a limit must be positive") }
    }
    if let token = fields[.repetitions] {
      settings.repetitions = try document.index(token)
      guard (1...1000).contains(settings.repetitions) else {
        throw document.error(token, "must be between 1 and 1000")
      }
    }
    if let token = fields[.seed] { settings.seed = UInt64(try document.index(token)) }
    if let token = fields[.heuristic] { settings.isGivenPlan = try document.flag(token) }
    if let token = fields[.pruning] { settings.isPruned = try document.flag(token) }
    return settings
  }

  private func methods<K: AnyKind>(
    _ fields: Fields<Key>, _ kind: K
  ) throws(InputError) -> [BenchmarkMethod] {
    let formulations = try names(fields[.formulations], among: kind.kind.formulations.map(\.name))
    let backends = try names(fields[.backends], among: WorkerBackend.all.map(\.name) + [Origin.native])
    let solvers = backends.filter { $0 != Origin.native }
    var methods = formulations.flatMap { formulation in
      solvers.map { BenchmarkMethod(formulation: formulation, backend: $0) }
    }
    if backends.contains(Origin.native) {
      for method in kind.kind.nativeMethods {
        let own = BenchmarkMethod(formulation: method.formulation, backend: Origin.native)
        if !methods.contains(own) { methods.append(own) }
      }
    }
    guard !methods.isEmpty else { throw document.error(Document.root, "the suite has no method to run") }
    return methods
  }

  /// The names in a list; without a list, all known names.
  private func names(_ list: Int?, among known: [String]) throws(InputError) -> [String] {
    guard let list else { return known }
    var names: [String] = []
    for element in try document.elements(of: list) {
      let name = try document.string(element)
      guard known.contains(name) else {
        throw document.error(
          element, "\(TerminalText.quoted(name)) is not one of \(known.joined(separator: ", "))")
      }
      if !names.contains(name) { names.append(name) }
    }
    guard !names.isEmpty else { throw document.error(list, "an empty list leaves nothing to run") }
    return names
  }
}

extension BenchmarkMethod {
  /// The formulation with whose times others are compared: every kind has one of this name.
  static let reference = "layered"
}
