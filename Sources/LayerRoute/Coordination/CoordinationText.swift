extension CoordinationPlan {
  /// The plan for people: the paths of each task with their rates and accuracies, and the loads.
  func text(of instance: CoordinationInstance) -> String {
    let evaluation = CoordinationEvaluator(instance).evaluate(self)
    var paths = TextTable([
      ("task", .left), ("rate", .right), ("of", .right), ("accuracy", .right), ("path", .left),
    ])
    for (task, given) in instance.tasks.enumerated() {
      let name = TerminalText.shortened(given.id.text)
      if tasks[task].isEmpty { paths.add([name, "0", Figures.digits(given.rate, 6), "-", "(no traffic)"]) }
      for (index, stream) in tasks[task].enumerated() {
        paths.add([
          index == 0 ? name : "", Figures.digits(stream.rate, 6),
          index == 0 ? Figures.digits(given.rate, 6) : "",
          Figures.digits(evaluation.pathAccuracies[task][index], 5), instance.shown(stream.blocks),
        ])
      }
    }
    var loads = TextTable([("load of", .left), ("is", .right), ("of", .right)])
    for (node, load) in zip(instance.network.nodes, evaluation.nodeLoads) where load > 0 {
      loads.add([
        TerminalText.shortened(node.id.text), Figures.digits(load, 4), Figures.digits(node.capacity, 4),
      ])
    }
    for (link, load) in zip(instance.network.links, evaluation.linkLoads) where load > 0 {
      let ends = [link.tail, link.head].map { TerminalText.shortened(instance.network.nodes[$0].id.text) }
      loads.add(["\(ends[0]) > \(ends[1])", Figures.digits(load, 4), "1"])
    }
    let rate = evaluation.rates.reduce(0, +)
    let answered = zip(evaluation.rates, evaluation.accuracies).reduce(0) { $0 + $1.0 * $1.1 }
    let total =
      rate > 0
      ? "\nin all \(Figures.digits(rate, 6)) a second, accuracy \(Figures.digits(answered / rate, 5))\n" : ""
    let unattainable = instance.unattainableAccuracies.map { "\n\($0)\n" }.joined()
    return "\n\(paths.text)\(total)\(unattainable)" + (rate > 0 ? "\n\(loads.text)" : "")
  }
}

extension CoordinationInstance {
  /// A sentence for each task that wants more accuracy than any of its paths has.
  fileprivate var unattainableAccuracies: [String] {
    let graph = BlockGraph(self)
    return tasks.indices.compactMap { index in
      let task = tasks[index]
      guard let wanted = task.accuracy, let least = leastAccuracy(ofTask: index),
        let best = TaskPaths(self, graph, task: index).mostAccurate(in: graph), best.accuracy < least
      else { return nil }
      let figures = Figures.apart([wanted, best.accuracy])
      return
        "task \(TerminalText.quoted(task.id.text)) wants accuracy \(figures[0]), and no path has more than "
        + "\(figures[1]) (\(shown(graph.blocks(on: best.arcs))))"
    }
  }
}

extension CoordinationInstance {
  /// The summary of a generated instance, in a few lines.
  func report(title: String) -> String {
    let graph = BlockGraph(self)
    let blocks = services.reduce(0) { $0 + $1.blocks.count }
    let requests = tasks.reduce(0) { $0 + $1.rate }
    let measured = measured.isEmpty ? "" : ", \(self.measured.count) of them measured"
    let paths = pathCount(graph)
    return """
      \(title): \(Figures.count(services.count, "service")) of \(Figures.count(blocks, "block")) on \
      \(Figures.count(network.nodes.count, "machine")), \(Figures.count(connections.count, "connection"))
        \(TaskPaths.text(ofCount: paths)) path\(paths == 1 ? "" : "s") of \
      \(Figures.count(tasks.count, "task"))\(measured), \
      \(Figures.digits(requests, 6)) requests a second
      """
  }
}
