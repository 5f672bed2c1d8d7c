import ArgumentParser
import Instances
import LayerRoute

/// How results are printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

extension ObjectiveKind: ExpressibleByArgument {}

/// The names of all formulations.
let formulationNames = Registry.standard.formulations.map(\.name)

/// The names of all backends, the preferred one first.
let backendNames = Registry.standard.solvers.map(\.name)

/// The instance that a command reads.
struct InstanceOptions: ParsableArguments {
  @Argument(help: "The instance, JSON or YAML.", completion: .file(extensions: ["json", "yaml", "yml"]))
  var file: String

  @Flag(help: "Let `file` references in the instance lead outside its folder.")
  var allowOutside = false

  func read() throws(InputError) -> Instance {
    try Instance.read(file: file, allowOutside: allowOutside)
  }
}

/// The limits of a solve.
struct LimitOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Stop after this many seconds.", valueName: "seconds"))
  var timeLimit: Double?

  @Option(
    help: ArgumentHelp(
      "Stop at this relative gap between plan and bound, for example 0.01.", valueName: "gap"))
  var gap: Double = 0

  @Flag(help: "Show the backend's own log on standard error.")
  var verbose = false

  func validate() throws {
    if let timeLimit, !(timeLimit > 0) {
      throw ValidationError("--time-limit is \(timeLimit); it must be a positive number of seconds.")
    }
    guard gap >= 0, gap < 1 else {
      throw ValidationError("--gap is \(gap); it must be at least 0 and less than 1.")
    }
  }

  /// - Parameter defaultSeconds: the limit where none was asked for; `nil` for none.
  func limits(defaultSeconds: Double? = nil) -> MIPPlanner.Limits {
    MIPPlanner.Limits(seconds: timeLimit ?? defaultSeconds, gap: gap, logs: verbose)
  }
}
