import ArgumentParser
import Foundation

/// The root command: parses the command line, runs the command, and turns errors into messages and exit statuses.
@main
struct LayerRouteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "layerroute",
    abstract: "Decide optimally where each layer of a DNN runs and which links its tensors cross.",
    discussion: """
      An instance file describes a network, DNNs and jobs. `layerroute solve FILE` finds the hosts of the layers and \
      the routes of the tensors. Every problem is stated twice, as a conventional mixed-integer program and as \
      routing in a layered graph; `layerroute compare FILE` solves both.

      Exit status: 0 done; 1 a check failed; 2 proved infeasible; 3 stopped by a limit; 64 wrong usage, or a \
      formulation or method that cannot express the instance; 65 bad or missing input; 69 backend not available; \
      70 internal error, or every backend failed; 130 and 143 ended by SIGINT or SIGTERM.
      """,
    version: "0.4.0",
    subcommands: [
      Solve.self, Compare.self, Verify.self, Plot.self, Export.self, Import.self, Split.self, Generate.self,
      ScheduleCommand.self, Simulate.self, Bench.self, List.self,
    ])

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let status as ExitStatus {
      Foundation.exit(status.rawValue)
    } catch {
      let misspelt = CommandNames.error(in: Array(CommandLine.arguments.dropFirst()))
      let reason: any Error = misspelt ?? error
      guard let status = ExitStatus(after: reason) else { exit(withError: reason) }
      Console.complain("\(reason)")
      Foundation.exit(status.rawValue)
    }
  }
}
