import ArgumentParser
import Foundation
import Networks

/// The root command: parses, runs, and turns whatever went wrong into a message and an exit status.
@main
struct LayerRouteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "layerroute",
    abstract: "Decides where each layer of a DNN runs and which links its tensors cross, exactly.",
    discussion: """
      An instance file states a network, DNNs and jobs; `layerroute solve FILE` answers with hosts and routes. \
      Every problem is stated twice, as a conventional mixed-integer program and as routing in a layered graph, \
      and `layerroute compare FILE` solves both side by side.

      Exit status: 0 done; 1 a check failed; 2 proved infeasible; 3 stopped by a limit; 64 usage, or a formulation \
      that cannot express the instance; 65 bad or missing input; 69 backend not available; 70 internal error.
      """,
    version: "0.1.0",
    subcommands: [
      Solve.self, Compare.self, Verify.self, Plot.self, Export.self, Import.self, Generate.self,
      ScheduleCommand.self, Simulate.self, Bench.self,
      List.self,
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
      guard let failure = Failure(error) else { exit(withError: error) }
      Console.complain(failure.message)
      Foundation.exit(failure.status.rawValue)
    }
  }
}
