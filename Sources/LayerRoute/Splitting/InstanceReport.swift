import Foundations
import Problems
import Splitting
import SplittingAlgorithms
import SplittingChecking
import SplittingGenerators

/// The summary of a generated instance, in a few lines.
struct InstanceReport {
  let text: String

  /// The largest number of layers times nodes and links for which plans are computed; more would take longer
  /// than a moment.
  private static let largestLook = 5_000_000

  init(_ instance: Instance, title: String) {
    let network = instance.network
    let layers = instance.jobs.indices.reduce(0) { $0 + instance.dnn(ofJob: $1).layers.count }
    var lines = [
      "\(title): \(network.nodes.count) nodes, \(network.links.count) links, "
        + "\(instance.jobs.count == 1 ? "1 job" : "\(instance.jobs.count) jobs"), \(layers) layers in all",
      "  tightness: " + Self.words(instance.tightness),
    ]
    if layers * (network.nodes.count + network.links.count) <= Self.largestLook {
      lines += Self.lines(Calibration(instance), instance)
    } else {
      lines.append("  too large to compute plans in a moment")
    }
    text = lines.joined(separator: "\n")
  }

  private static func words(_ tightness: Tightness) -> String {
    let couplings = [
      ("memory", tightness.memory), ("compute load", tightness.computeLoad),
      ("link load", tightness.linkLoad), ("deadlines", tightness.deadline),
    ]
    let words = couplings.filter { $0.1 > 0 }.map { "\($0.0) \(Figures.digits($0.1, 3))" }
    return words.isEmpty ? "none, nothing couples the jobs" : words.joined(separator: ", ")
  }

  private static func lines(_ calibration: Calibration, _ instance: Instance) -> [String] {
    guard let split = calibration.splitShortestPaths else {
      return ["  infeasible: a job has no path even alone"]
    }
    let jobs = instance.jobs.count
    var lines = ["  shortest paths alone: \(split) of \(jobs) jobs on two or more hosts"]
    guard !calibration.violations.isEmpty else {
      return lines + ["  they keep every constraint: the coupling does not change the optimum"]
    }
    lines.append("  they break \(words(calibration.violations)): the coupling changes the optimum")
    if let plan = calibration.plan {
      let value = Figures.duration(plan.cost)
      let kind = instance.options.objective.rawValue
      lines.append(
        "  a feasible plan: \(kind) \(value), \(plan.plan.splitJobCount) of \(jobs) jobs on two or more hosts"
      )
    } else {
      lines.append("  no plan found in a moment; there may be none")
    }
    return lines
  }

  /// The number of broken constraints of each kind.
  private static func words(_ violations: [Violation]) -> String {
    let kinds: [Violation.Kind] = [.memory, .computeLoad, .linkLoad, .deadline]
    return kinds.compactMap { kind in
      let count = violations.count { $0.kind == kind }
      return count == 0 ? nil : "\(kind.rawValue) (\(count))"
    }.joined(separator: ", ")
  }
}
