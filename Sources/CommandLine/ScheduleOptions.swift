import ArgumentParser
import LayerRoute
import Queues

/// How a schedule is found: the question, the method, and the method's parameters.
struct ScheduleOptions: ParsableArguments {
  @Option(help: "How the schedule is found.") var method = MethodName(name: Kinds.queues.methods[0].name)

  @Option(help: help(of: "order")) var order: [String] = []

  @Option(help: "What is minimised: the largest completion time, or the weighted mean of all.")
  var objective: ScheduleObjective = .makespan

  @Option(help: "The rule by which nodes and links choose the next job.")
  var discipline: Discipline = .preemptive

  @Option(help: help(of: "timeLimit", valueName: "seconds")) var timeLimit: Double?
  @Option(help: help(of: "seed")) var seed: UInt64?
  @Option(help: help(of: "seeds")) var seeds: Int?
  @Option(help: help(of: "steps")) var steps: Int?
  @Option(help: help(of: "acceptance")) var acceptance: Double?
  @Option(help: help(of: "cooling")) var cooling: Double?

  func validate() throws { _ = try parameters() }

  /// The parameters that were given. Throws a validation error if the method does not have one, or refuses its value.
  func parameters() throws -> ParameterValues {
    var values = ParameterValues()
    if !order.isEmpty {
      values[try Self.parameters("order").parameter(of: method.name).name] = .names(order)
    }
    let given: [(name: String, value: (any CustomStringConvertible)?)] = [
      ("timeLimit", timeLimit), ("seed", seed), ("seeds", seeds), ("steps", steps),
      ("acceptance", acceptance), ("cooling", cooling),
    ]
    for case (let name, let value?) in given {
      values[name] = try Self.parameters(name).value(value, for: method.name)
    }
    return values
  }

  private static func parameters(_ name: String) -> MethodParameters {
    MethodParameters(name, of: [Kinds.queues])
  }

  private static func help(of name: String, valueName: String? = nil) -> ArgumentHelp {
    parameters(name).help(valueName: valueName)
  }
}

/// The name of one of the kind's methods.
struct MethodName {
  let name: String
}

extension MethodName: ExpressibleByArgument {
  static var allValueStrings: [String] { Kinds.queues.methods.map(\.name) }

  init?(argument: String) {
    guard Self.allValueStrings.contains(argument) else { return nil }
    name = argument
  }

  var defaultValueDescription: String { name }
}

extension ScheduleObjective: ExpressibleByArgument {}
extension Discipline: ExpressibleByArgument {}
