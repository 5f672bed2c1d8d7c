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
    if !order.isEmpty { values[try parameter("order").name] = .names(order) }
    let given: [(name: String, value: (any CustomStringConvertible)?)] = [
      ("timeLimit", timeLimit), ("seed", seed), ("seeds", seeds), ("steps", steps),
      ("acceptance", acceptance), ("cooling", cooling),
    ]
    for case (let name, let value?) in given {
      let parameter = try parameter(name)
      do throws(ParameterError) {
        values[name] = try parameter.value(of: value.description)
      } catch {
        throw ValidationError("\(parameter.option): \(error).")
      }
    }
    return values
  }

  private func parameter(_ name: String) throws -> Parameter {
    let owners = Self.owners(of: name)
    if let owner = owners.first(where: { $0.method == method.name }) { return owner.parameter }
    let methods = owners.map(\.method).joined(separator: " and ")
    throw ValidationError(
      "\(owners[0].parameter.option) is for --method \(methods), and means nothing to \(method.name).")
  }

  /// The methods that have a parameter.
  private static func owners(of name: String) -> [(method: String, parameter: Parameter)] {
    Kinds.queues.methods.compactMap { method in
      method.parameters.first { $0.name == name }.map { (method.name, $0) }
    }
  }

  private static func help(of name: String, valueName: String? = nil) -> ArgumentHelp {
    let owners = owners(of: name)
    let parameter = owners[0].parameter
    let usual = parameter.usual.map { " (default: \($0))" } ?? ""
    return ArgumentHelp(
      "For \(owners.map(\.method).joined(separator: " and ")): \(parameter.help).\(usual)",
      valueName: valueName ?? String(parameter.placeholder.dropFirst().dropLast()))
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
