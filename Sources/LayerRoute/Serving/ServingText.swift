import Serving
import ServingChecking
import ServingFlows

extension ServingPlan {
  /// The plan for people: a line for each machine in use, from the first layer on, with where its tokens go.
  func text(of instance: ServingInstance) -> String {
    var table = TextTable([
      ("machine", .left), ("type", .left), ("layers", .left), ("passes", .right), ("of", .right),
      ("to", .left),
    ])
    var through = [Double](repeating: 0, count: instance.machines.count)
    var next = [[String]](repeating: [], count: instance.machines.count)
    for flow in flows {
      if case .machine(let head) = flow.head { through[head] += flow.rate }
      if case .machine(let tail) = flow.tail {
        next[tail].append("\(instance.shown(flow.head)) (\(Figures.digits(flow.rate, 5)))")
      }
    }
    let used = instance.machines.indices.filter { placement.held[$0] > 0 }
      .sorted {
        (placement.first[$0], placement.held[$0], $0) < (placement.first[$1], placement.held[$1], $1)
      }
    for machine in used {
      let (first, end) = (placement.first[machine], placement.end(machine))
      let entry = instance.table(ofMachine: machine).first { $0.held == placement.held[machine] }
      let layers = placement.held[machine] == 1 ? "\(end)" : "\(first + 1)-\(end)"
      table.add([
        instance.shown(.machine(machine)), instance.typeName(ofMachine: machine), layers,
        Figures.digits(through[machine], 5), Figures.digits(entry?.rate ?? 0, 5),
        next[machine].joined(separator: ", "),
      ])
    }
    let idle = instance.machines.count - used.count
    let rest = idle == 0 ? "" : "\(Figures.count(idle, "machine")) \(idle == 1 ? "is" : "are") not used.\n"
    // A plan of value 0 is no mistake of the solver.
    let obstacle = flows.isEmpty ? ServingEvaluator(instance).obstacle : nil
    return "\n" + (used.isEmpty ? "" : table.text) + rest
      + (obstacle.map { "Nothing can flow: \($0).\n" } ?? "")
  }
}

extension ServingInstance {
  /// The id of a link's end for people.
  func shown(_ end: End) -> String { TerminalText.shortened(name(of: end).text) }

  func typeName(ofMachine machine: Int) -> String {
    if case .type(let type) = machines[machine].throughput {
      return TerminalText.shortened(types[type].name.text)
    }
    return "own"
  }

  /// The summary of a generated instance.
  func report(title: String) -> String {
    let figures = figures
    let area = AreaBound(figures)
    let areFree = figures.linksAreFree(at: area.value, limits: area.limits)
    return """
      \(title): \(Figures.count(machines.count, "machine")), \(Figures.count(links.count, "link")), \(Figures.count(layers, "layer"))
        area bound: \(Figures.digits(area.value, 7)) tokens a second
        links: \(areFree ? "none can bind" : "some can bind")
      """
  }
}
