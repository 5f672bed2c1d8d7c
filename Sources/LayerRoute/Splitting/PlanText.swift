extension Plan {
  /// The plan for people, a section for each job after an empty line: the latency, the host of each run of layers, and
  /// the routes of the tensors; at the end what the hosts hold, if that is more than memory which adds up.
  func text(of instance: Instance) -> String {
    let isPipeline = instance.options.objective == .bottleneck
    let throughput = isPipeline ? ThroughputText(self, of: instance).text : ""
    return throughput
      + zip(jobs.indices, Evaluator(instance).evaluate(self).jobs).map { job, parts in
        let id = TerminalText.quoted(instance.jobs[job].id.text)
        let title = "\njob \(id): latency \(Figures.duration(parts.latency))\n  = \(parts.sum)\n"
        return title + table(job, instance).text + cuts(job, instance)
      }.joined() + memoryText(instance)
  }

  private func memoryText(_ instance: Instance) -> String {
    let needs = MemoryNeed.ofHosts(self, in: instance).filter { $0.value.total > 0 }
    guard needs.contains(where: { $0.value.parts != nil }) else { return "" }
    var table = TextTable([("memory of", .left), ("holds", .right), ("has", .right), ("for", .left)])
    for (host, need) in needs.sorted(by: { $0.key < $1.key }) {
      let limit = instance.network.nodes[host].memory.map(Figures.size) ?? "no limit"
      table.add([instance.shown(host), Figures.size(need.total), limit, need.parts ?? "memory"])
    }
    return "\n\(table.text)"
  }

  /// A line for each change of host, with the tensors that cross it, if the DNN names them.
  private func cuts(_ job: Int, _ instance: Instance) -> String {
    let (dnn, bytes) = (instance.dnn(ofJob: job), instance.stageBytes(ofJob: job))
    return jobs[job].hostRuns.dropFirst().map { run in
      let tensors = dnn.tensors(before: run.layers.lowerBound).map(TerminalText.shortened)
      guard !tensors.isEmpty else { return "" }
      let others = tensors.count > 4 ? " and \(tensors.count - 3) more" : ""
      let names = (others.isEmpty ? tensors[...] : tensors.prefix(3)).joined(separator: ", ")
      return "  cut after \(names)\(others) (\(Figures.size(bytes[run.layers.lowerBound])))\n"
    }.joined()
  }

  private func table(_ job: Int, _ instance: Instance) -> TextTable {
    let (layers, path) = (instance.dnn(ofJob: job).layers, jobs[job])
    let bytes = instance.stageBytes(ofJob: job).map(Figures.size)
    func route(_ stage: Int) -> String {
      let nodes = path.routes[stage]
      return nodes.count == 1 ? "(here already)" : nodes.map(instance.shown).joined(separator: " > ")
    }
    var table = TextTable([("layers", .left), ("host", .left), ("tensor in", .right), ("its route", .left)])
    for run in path.hostRuns {
      let first = run.layers.lowerBound
      let names = [first, run.layers.upperBound - 1].map { TerminalText.shortened(layers[$0].name.text) }
      let label = run.layers.count == 1 ? names[0] : "\(names[0]) ... \(names[1]) (\(run.layers.count))"
      table.add([label, instance.shown(run.host), bytes[first], route(first)])
    }
    let target = path.routes.last?.last ?? instance.jobs[job].target
    table.add(["(result)", instance.shown(target), bytes[layers.count], route(layers.count)])
    return table
  }
}

extension LatencyParts {
  /// The parts as a sum.
  var sum: String {
    [("compute", compute), ("transfer", transfer), ("propagation", propagation), ("waiting", waiting)]
      .map { "\($0.0) \(Figures.duration($0.1))" }.joined(separator: " + ")
  }
}

extension Instance {
  /// The id of a node for people.
  func shown(_ node: Int) -> String { TerminalText.shortened(network.nodes[node].id.text) }
}

extension JobPlan {
  /// The maximal runs of consecutive layers on one host.
  var hostRuns: [(host: Int, layers: Range<Int>)] {
    var runs: [(host: Int, layers: Range<Int>)] = []
    for (layer, host) in hosts.enumerated() {
      let first = runs.last?.host == host ? runs.removeLast().layers.lowerBound : layer
      runs.append((host, first..<layer + 1))
    }
    return runs
  }
}
