import ArgumentParser
import BenchmarkHarness
import LayerRoute

struct Bench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare the speed of formulations and backends on a suite of instances.",
    discussion: """
      `layerroute bench SUITE` runs every formulation with every backend on every instance, several times, each run in \
      a process of its own. Results are written after each run, so that the same command continues a stopped campaign. \
      `bench report` summarises them.
      """,
    subcommands: [
      BenchRun.self, BenchReport.self, BenchMerge.self, BenchReproduce.self, BenchShow.self, BenchWorker.self,
    ],
    defaultSubcommand: BenchRun.self)
}

struct BenchShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print the file of a suite, from which you can make your own.")

  @Argument(help: "The suite: \(suiteNames).") var suite: String

  func run() throws {
    guard let shipped = Suite.Shipped.all.first(where: { $0.name == suite }) else {
      throw UsageError("there is no suite \(TerminalText.quoted(suite)); the suites are \(suiteNames)")
    }
    Console.write(shipped.text)
  }
}

/// The process that a campaign starts for each run.
struct BenchWorker: AsyncParsableCommand {
  static let name = "worker"
  static let configuration = CommandConfiguration(
    commandName: name, abstract: "Answer the request of a campaign on standard input.", shouldDisplay: false)

  func run() async throws { await RunProcess.main() }
}

/// The names of all suites that come with the program.
let suiteNames = Suite.Shipped.all.map(\.name).joined(separator: ", ")
