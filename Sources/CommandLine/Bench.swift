import ArgumentParser
import BenchmarkHarness
import Foundations
import Problems

/// The benchmark harness.
struct Bench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare the speed of formulations and backends on a suite of instances.",
    discussion: """
      `layerroute bench SUITE` runs every formulation with every backend on every instance, several times, each run in \
      a process of its own. Results are written after each run: a campaign that was stopped goes on where it was, and \
      `bench report` says what the results show.
      """,
    subcommands: [
      BenchRun.self, BenchReport.self, BenchMerge.self, BenchReproduce.self, BenchShow.self, BenchWorker.self,
    ],
    defaultSubcommand: BenchRun.self)
}

/// Shows a suite, to be changed into another.
struct BenchShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print a suite's file, to be changed into one of your own.")

  @Argument(help: "The suite: \(suiteNames).")
  var suite: String

  func run() throws {
    guard let shipped = Suite.Shipped.all.first(where: { $0.name == suite }) else {
      throw UsageError(
        message: "there is no suite \(TerminalText.quoted(suite)); there are \(suiteNames)")
    }
    Console.write(shipped.text)
  }
}

/// What a campaign starts for each run.
struct BenchWorker: AsyncParsableCommand {
  static let name = "worker"
  static let configuration = CommandConfiguration(
    commandName: name, abstract: "Answer a campaign's request on standard input.", shouldDisplay: false)

  func run() async throws { await RunProcess.main() }
}

/// The names of all suites that come with the program.
let suiteNames = Suite.Shipped.all.map(\.name).joined(separator: ", ")
