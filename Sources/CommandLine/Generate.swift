import ArgumentParser

struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write an instance of a family.",
    usage: "layerroute generate [<kind>] <family> [<options>]",
    discussion: """
      The instance goes to standard output, and what it amounts to to standard error. Without a kind, the first \
      kind below with a family of that name is meant. docs/generating.md describes families and options.

      \(GeneratorHelp.text(of: ListedFamily.all))
      """)

  @Argument(
    parsing: .allUnrecognized,
    help: ArgumentHelp("The family, after its kind or alone, and the options above.", valueName: "family"),
    completion: .custom(GeneratorCompletion.candidates))
  var arguments: [String] = []

  @Option(help: "The same seed gives the same instance on every machine. (default: 0)")
  var seed: UInt64?

  @Option(
    name: .shortAndLong, help: "Write to this file instead of standard output.",
    completion: .file(extensions: ["json"]))
  var output: String?

  @Flag(name: .shortAndLong, help: "Say nothing about the instance on standard error.")
  var quiet = false

  func run() throws {
    let request = try GeneratorRequest(arguments, among: ListedFamily.all)
    let instance = try instance(request)
    try Console.write(instance.file, to: output)
    guard !quiet else { return }
    Console.complain(instance.report())
  }

  private func instance(_ request: GeneratorRequest) throws(UsageError) -> GeneratedInstance {
    do {
      return try request.family.instance(seed, request.values)
    } catch {
      throw UsageError(message: error.description)
    }
  }

  /// The options that are the same for every family.
  static let fixedOptions = ["--seed", "--output", "--quiet", "--help"]
}
