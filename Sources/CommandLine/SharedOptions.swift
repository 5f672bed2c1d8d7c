import ArgumentParser
import Foundation
import LayerRoute

/// How results are printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json

  /// Writes a result to standard output.
  func write(text: @autoclosure () -> String, json: @autoclosure () -> JSONValue) {
    Console.write(self == .text ? text() : JSONWriter.text(of: json()))
  }
}

/// How a plan is printed: as text, as JSON, or in a format of its kind.
struct PlanOutputFormat: ExpressibleByArgument, CustomStringConvertible {
  let name: String

  static let text = PlanOutputFormat(name: OutputFormat.text.rawValue)

  private init(name: String) { self.name = name }

  init?(argument: String) {
    guard Self.allValueStrings.contains(argument) else { return nil }
    name = argument
  }

  static var allValueStrings: [String] {
    OutputFormat.allCases.map(\.rawValue) + solvedKinds.flatMap { $0.formatNames }.distinct
  }

  var description: String { name }
  var defaultValueDescription: String { name }

  /// The format that all kinds have; `nil` for one of a kind.
  var common: OutputFormat? { OutputFormat(rawValue: name) }

  /// The format of a kind.
  /// - Throws: if the kind has no such format.
  func own<P: Problem>(_ kind: Kind<P>) throws -> PlanFormat<P>? {
    guard common == nil else { return nil }
    guard let own = kind.formats.first(where: { $0.name == name }) else {
      throw UsageError("the problem \(P.name) has no format \(name)")
    }
    return own
  }
}

extension Option<String?> {
  /// The file that a command writes.
  init(output help: ArgumentHelp, extensions: [String] = ["json"]) {
    self.init(name: .shortAndLong, help: help, completion: .file(extensions: extensions))
  }
}

/// The kinds that `solve` and its likes take; schedules have a command of their own.
let solvedKinds = Kinds.all.filter(\.readsInstances)

/// The names of all formulations of all kinds.
let formulationNames = solvedKinds.flatMap { $0.formulationNames }.distinct

/// The names of all formulations that can be exported.
let exportedNames = solvedKinds.flatMap { $0.exportedNames }.distinct

/// The names of all methods of all kinds.
let methodNames = solvedKinds.flatMap { $0.methodNames }.distinct

/// The names of all objectives of all kinds.
let objectiveNames = solvedKinds.flatMap { $0.objectiveNames }.distinct

/// The names of all backends, the preferred one first.
let backendNames = WorkerBackend.all.map(\.name)

extension AnyKind {
  fileprivate var formulationNames: [String] { kind.formulations.map(\.name) }
  fileprivate var exportedNames: [String] { kind.exportedNames }
  fileprivate var methodNames: [String] { kind.methods.map(\.name) }
  fileprivate var objectiveNames: [String] { P.objectives }
  fileprivate var formatNames: [String] { kind.formats.map(\.name) }
}

/// The instance that a command reads.
struct InstanceOptions: ParsableArguments {
  @Argument(
    help: "The instance, a JSON or YAML file; \"-\" is standard input.",
    completion: .file(extensions: ["json", "yaml", "yml"]))
  var file: String

  @Flag(help: "Allow `file` references in the instance to lead outside its folder.") var allowOutside = false

  func document() throws -> Document {
    var document = try Document.read(file: file, allowOutside: allowOutside)
    document.remark = { Console.remark($0) }
    document.foreignKeys = Kinds.foreignKeys(toInstance: document)
    return document
  }

  /// The document of a command that takes instances of one kind alone.
  func document<P: Problem>(of kind: Kind<P>, for command: String) throws -> Document {
    let document = try self.document()
    let named = try Kinds.kind(ofInstance: document).problemName
    guard named == P.instanceName else {
      throw document.error(
        document.member("problem", of: Document.root) ?? Document.root,
        "this is an instance of problem \(named), but \(command) takes only those of \(P.instanceName); solve, compare, "
          + "verify, export and plot take all kinds")
    }
    return document
  }
}

/// The objective that replaces the instance's own.
struct ObjectiveOptions: ParsableArguments {
  @Option(
    help: "Use this objective instead of the instance's own: \(objectiveNames.joined(separator: ", ")).",
    completion: .list(objectiveNames))
  var objective: String?
}

/// The limits of a solve, and its logs.
struct LimitOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Stop after this many seconds. (default: no limit; for compare, 60 for each run)",
      valueName: "seconds"))
  var timeLimit: Double?

  @Option(
    help: ArgumentHelp(
      "Stop as soon as the relative gap between plan and bound is at most this, for example 0.01.",
      valueName: "gap"))
  var gap: Double = 0

  @Option(
    help: ArgumentHelp(
      "Limit of the memory of a model, and of the process that solves it, for example \"2 GB\".",
      valueName: "size"))
  var memoryLimit: Amount<MemoryLimit>?

  @Flag(help: "Show the backend's own log on standard error.") var verbose = false

  @Option(help: "Write the backend's own log to this file.", completion: .file()) var log: String?

  @Flag(
    help: """
      For experts: pass models to the backend in SI units and with every choice, to see how it copes with them. Expect \
      wrong answers; those that can be detected are reported.
      """)
  var rawNumerics = false

  func validate() throws {
    if let timeLimit, !(timeLimit > 0) {
      throw ValidationError("--time-limit is \(timeLimit); it must be a positive number of seconds.")
    }
    guard gap >= 0, gap < 1 else {
      throw ValidationError("--gap is \(gap); it must be at least 0 and less than 1.")
    }
    if verbose, log != nil {
      throw ValidationError("--verbose shows the log that --log writes to a file: use one of them.")
    }
  }

  /// The time limit is `defaultSeconds` [s] if the user sets none. The log must not replace `others`: files that the
  /// command reads or writes.
  func budget(defaultSeconds: Double? = nil, others: [String?]) throws -> Budget {
    Budget(
      seconds: timeLimit ?? defaultSeconds, gap: gap, memory: memoryLimit?.value,
      log: try logDescriptor(others.compactMap(\.self)))
  }

  var numerics: Numerics { rawNumerics ? .raw : .careful }

  /// The file stays open until the program ends.
  private func logDescriptor(_ others: [String]) throws -> Int32? {
    guard let log else { return verbose ? STDERR_FILENO : nil }
    let quoted = TerminalText.quoted(log)
    // Non-blocking, so that a pipe without a reader is refused. The file is truncated only below, when it is known to
    // be none of the others.
    let descriptor = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o644)
    guard descriptor >= 0 else {
      throw UsageError("cannot write the log to \(quoted): \(String(cString: strerror(errno)))")
    }
    for other in others where Self.isSame(descriptor, other) {
      throw UsageError(
        "--log would replace \(quoted), which the command also reads or writes; choose another name")
    }
    _ = fcntl(descriptor, F_SETFL, O_APPEND)
    _ = ftruncate(descriptor, 0)
    return descriptor
  }

  private static func isSame(_ descriptor: Int32, _ path: String) -> Bool {
    var (log, other) = (stat(), stat())
    guard fstat(descriptor, &log) == 0, stat(path, &other) == 0 else { return false }
    return log.st_dev == other.st_dev && log.st_ino == other.st_ino
  }
}
