import ArgumentParser

struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Generate an instance of a family.",
    usage: "layerroute generate [<kind>] <family> [<options>]",
    discussion: """
      The instance is written to standard output, a summary of it to standard error. Without a kind, the family is \
      looked up in the kinds below, in their order. docs/generating.md describes families and options.

      \(GeneratorHelp.text)
      """)

  @Argument(
    parsing: .allUnrecognized,
    help: ArgumentHelp("The family, alone or after its kind, and the options above.", valueName: "family"),
    completion: .custom(GeneratorCompletion.candidates))
  var arguments: [String] = []

  @Option(help: "Seed of the random numbers; it gives the same instance on every machine. (default: 0)")
  var seed: UInt64?

  @Option(output: "Write to this file instead of standard output.") var output: String?

  @Flag(name: .shortAndLong, help: "Print no summary on standard error.") var quiet = false

  func run() throws {
    let request = try GeneratorRequest(arguments)
    let instance = try request.family.instance(seed, request.values)
    try Console.write(instance.file, to: output)
    if !quiet { Console.complain(instance.report()) }
  }

  /// The options that are the same for every family.
  static let fixedOptions = ["--seed", "--output", "--quiet", "--help"]
}
