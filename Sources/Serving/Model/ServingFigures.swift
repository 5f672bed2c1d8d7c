import Foundations
import Problems
import ServingFlows

extension ServingInstance {
  /// The instance as flat arrays. A link carries no more than its ends can pass, so that all capacities are finite.
  ///
  /// - Complexity: O(links log links + machines + options).
  public var figures: ClusterFigures {
    var tables = types.map(\.table)
    var tableOfMachine: [Int] = []
    for machine in machines {
      switch machine.throughput {
      case .type(let type): tableOfMachine.append(type)
      case .own(let table):
        tableOfMachine.append(tables.count)
        tables.append(table)
      }
    }
    let top = tables.map { table in table.reduce(0) { $1.held <= layers ? max($0, $1.rate) : $0 } }
    var fromSource = [Double](repeating: 0, count: machines.count)
    var toSink = fromSource
    var between: [ClusterFigures.Link] = []
    for link in links {
      let capacity = capacity(of: link)
      switch (link.tail, link.head) {
      case (.source, .machine(let machine)): fromSource[machine] = min(capacity, top[tableOfMachine[machine]])
      case (.machine(let machine), .sink): toSink[machine] = min(capacity, top[tableOfMachine[machine]])
      case (.machine(let tail), .machine(let head)):
        let most = min(top[tableOfMachine[tail]], top[tableOfMachine[head]])
        between.append(ClusterFigures.Link(tail: tail, head: head, capacity: min(capacity, most)))
      default: break
      }
    }
    return ClusterFigures(
      layers: layers, isPartial: isPartial, tables: tables, tableOfMachine: tableOfMachine,
      fromSource: fromSource, toSink: toSink, links: between)
  }

  /// What a link can carry [1/s]; infinite for tokens of 0 B.
  public func capacity(of link: Link) -> Double {
    switch link.limit {
    case .capacity(let capacity): return capacity
    case .bandwidth(let bandwidth):
      let bytes = bytes(on: link) ?? 0
      return bytes > 0 ? bandwidth / (8 * bytes) : .infinity
    }
  }

  private func bytes(on link: Link) -> Double? {
    if link.tail == .source { return input }
    return link.head == .sink ? output : hidden
  }

  /// Refuses throughputs that add up to no number.
  public func checkFigures() throws(PlanningError) {
    var total = 0.0
    for (index, machine) in machines.enumerated() {
      for entry in table(ofMachine: index) where entry.held <= layers {
        total += Double(entry.held) * entry.rate * Double(layers)
        guard total < .infinity else {
          throw .figures(
            "the throughput of machine \(TerminalText.quoted(machine.id.text)) is too large to be added up")
        }
      }
    }
  }
}
