extension ClusterFigures {
  /// Whether no link can keep a plan of at most a value from flowing: every link carries what its ends can pass, and
  /// every two machines that can meet are linked.
  ///
  /// - Parameters:
  ///   - value: the largest value of a plan [1/s].
  ///   - limits: the most that can flow through each machine, 0 for machines of no use [1/s].
  /// - Complexity: O(n^2 log n) for n machines.
  public func linksAreFree(at value: Double, limits: [Double]) -> Bool {
    let machines = limits.indices.filter { limits[$0] > 0 }
    let top = limits.indices.map { min(value, topRate(ofMachine: $0)) }
    let least = limits.indices.map { held[options(ofMachine: $0)].min() ?? layers }
    for machine in machines where fromSource[machine] < top[machine] || toSink[machine] < top[machine] {
      return false
    }
    for tail in machines {
      for head in machines where head != tail {
        // With partial inference machines meet wherever they overlap.
        guard isPartial || least[tail] + least[head] <= layers else { continue }
        if capacity(from: tail, to: head) < min(top[tail], top[head]) { return false }
      }
    }
    return true
  }

  /// The figures of some machines alone, with the links between them.
  public func part(_ machines: [Int]) -> ClusterFigures {
    var position = [Int](repeating: -1, count: machineCount)
    for (place, machine) in machines.enumerated() { position[machine] = place }
    var links: [Link] = []
    for (place, machine) in machines.enumerated() {
      for link in linkStarts[machine]..<linkStarts[machine + 1] where position[linkHeads[link]] >= 0 {
        links.append(Link(tail: place, head: position[linkHeads[link]], capacity: linkCapacities[link]))
      }
    }
    // The tables of these machines alone.
    var tableOf: [Int: Int] = [:]
    var tables: [[(held: Int, rate: Double)]] = []
    for machine in machines where tableOf[tableOfMachine[machine]] == nil {
      tableOf[tableOfMachine[machine]] = tables.count
      tables.append(options(ofMachine: machine).map { (held: held[$0], rate: rates[$0]) })
    }
    return ClusterFigures(
      layers: layers, isPartial: isPartial, tables: tables,
      tableOfMachine: machines.map { tableOf[tableOfMachine[$0]] ?? 0 },
      fromSource: machines.map { fromSource[$0] }, toSink: machines.map { toSink[$0] }, links: links)
  }
}
