extension Instance {
  /// The largest number of layers times nodes and links for which plans are computed; more would take longer than a
  /// moment.
  private static let largestLook = 5_000_000

  /// The summary of a generated instance, in a few lines.
  func report(title: String) -> String {
    let layers = jobs.indices.reduce(0) { $0 + dnn(ofJob: $1).layers.count }
    let (nodes, links) = (network.nodes.count, network.links.count)
    let isSmall = layers * (nodes + links) <= Self.largestLook
    let head = [
      "\(title): \(Figures.count(nodes, "node")), \(Figures.count(links, "link")), "
        + "\(Figures.count(jobs.count, "job")), \(Figures.count(layers, "layer")) in all",
      "  tightness: \(tightness.words)",
    ]
    return (head + (isSmall ? lines(Calibration(self)) : ["  too large to compute plans in a moment"]))
      .joined(separator: "\n")
  }

  private func lines(_ calibration: Calibration) -> [String] {
    guard let split = calibration.splitShortestPaths else {
      return ["  infeasible: a job has no path even alone"]
    }
    let paths = "  shortest paths alone: \(split) of \(Figures.count(jobs.count, "job")) on two or more hosts"
    guard !calibration.violations.isEmpty else {
      return [paths, "  they keep every constraint: the coupling does not change the optimum"]
    }
    let plan = calibration.plan.map { plan in
      "  a feasible plan: \(options.objective.rawValue) \(Figures.duration(plan.cost)), "
        + "\(plan.plan.splitJobCount) of \(Figures.count(jobs.count, "job")) on two or more hosts"
    }
    return [
      paths, "  they break \(broken(calibration.violations)): the coupling changes the optimum",
      plan ?? "  no plan found in a moment; there may be none",
    ]
  }

  /// The number of broken constraints of each kind.
  private func broken(_ violations: [Violation]) -> String {
    let kinds: [Violation.Kind] = [.memory, .computeLoad, .linkLoad, .deadline]
    return kinds.compactMap { kind in
      let count = violations.count { $0.kind == kind }
      return count == 0 ? nil : "\(kind.rawValue) (\(count))"
    }.joined(separator: ", ")
  }
}

extension Tightness {
  fileprivate var words: String {
    let couplings = [
      ("memory", memory), ("compute load", computeLoad), ("link load", linkLoad), ("deadlines", deadline),
    ]
    let words = couplings.filter { $0.1 > 0 }.map { "\($0.0) \(Figures.digits($0.1, 3))" }
    return words.isEmpty ? "none, nothing couples the jobs" : words.joined(separator: ", ")
  }
}
