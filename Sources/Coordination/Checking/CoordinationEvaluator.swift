import Coordination
import Documents
import Foundations
import Networks
import Problems

/// Evaluates plans from the instance's stored figures alone: it has its own tables of blocks and connections, and its own
/// sums.
public struct CoordinationEvaluator: Sendable {
  private let instance: CoordinationInstance
  /// The connection between two vertices.
  private let connections: [Ends: Connection]
  private let links: [Pair: Int]
  /// The measured accuracies of each task.
  private let measured: [[[BlockVertex]: Double]]

  private struct Ends: Hashable {
    let from: BlockVertex
    let to: BlockVertex
  }

  private struct Pair: Hashable {
    let tail: Int
    let head: Int
  }

  public init(_ instance: CoordinationInstance) {
    self.instance = instance
    connections = Dictionary(
      instance.connections.map { (Ends(from: $0.from, to: $0.to), $0) },
      uniquingKeysWith: { first, _ in first })
    links = Dictionary(
      instance.network.links.enumerated().map { (Pair(tail: $1.tail, head: $1.head), $0) },
      uniquingKeysWith: { first, _ in first })
    var measured = [[[BlockVertex]: Double]](repeating: [:], count: instance.tasks.count)
    for path in instance.measured { measured[path.task][path.blocks] = path.accuracy }
    self.measured = measured
  }

  /// What a plan comes to.
  public struct Evaluation: Sendable {
    /// The throughput of each task [1/s], and the mean accuracy of its requests; 0 if it has none.
    public fileprivate(set) var rates: [Double]
    public fileprivate(set) var accuracies: [Double]
    /// The accuracy of each path of each task.
    public fileprivate(set) var pathAccuracies: [[Double]]
    /// The part of a second that each node and each link is busy.
    public fileprivate(set) var nodeLoads: [Double]
    public fileprivate(set) var linkLoads: [Double]
    /// The sum of values times rates times accuracies.
    public fileprivate(set) var reward = 0.0
    /// Why the plan is none, and which constraints it breaks.
    public fileprivate(set) var faults: [String] = []
    public fileprivate(set) var violations: [String] = []
  }

  public func assess(_ plan: CoordinationPlan) -> Assessment {
    let evaluation = evaluate(plan)
    return Assessment(
      cost: 0 - evaluation.reward, violations: evaluation.faults + evaluation.violations,
      canBeCarriedOut: evaluation.faults.isEmpty
    ) { report(plan, evaluation) }
  }

  // MARK: Figures

  public func evaluate(_ plan: CoordinationPlan) -> Evaluation {
    let count = instance.tasks.count
    var evaluation = Evaluation(
      rates: Array(repeating: 0, count: count), accuracies: Array(repeating: 0, count: count),
      pathAccuracies: Array(repeating: [], count: count),
      nodeLoads: Array(repeating: 0, count: instance.network.nodes.count),
      linkLoads: Array(repeating: 0, count: instance.network.links.count))
    guard plan.tasks.count == count else {
      evaluation.faults.append("the plan is for \(Figures.count(plan.tasks.count, "task")), not \(count)")
      return evaluation
    }
    for task in 0..<count { add(plan.tasks[task], of: task, to: &evaluation) }
    if evaluation.faults.isEmpty { checkLoads(&evaluation) }
    return evaluation
  }

  private func add(
    _ streams: [CoordinationPlan.Stream], of task: Int, to evaluation: inout Evaluation
  ) {
    let (given, name) = (instance.tasks[task], "task \(quoted(instance.tasks[task].id))")
    var (rate, answered) = (0.0, 0.0)
    for stream in streams {
      guard stream.rate >= 0, stream.rate < .infinity else {
        evaluation.faults.append("\(name): a rate is \(stream.rate); it must be a number from 0")
        return
      }
      guard let accuracy = add(stream, of: task, to: &evaluation) else { return }
      evaluation.pathAccuracies[task].append(accuracy)
      rate += stream.rate
      answered += stream.rate * accuracy
    }
    evaluation.rates[task] = rate
    evaluation.accuracies[task] = rate > 0 ? answered / rate : 0
    evaluation.reward += given.value * answered
    if instance.paths == .single, streams.count > 1 {
      evaluation.violations.append("\(name) takes \(streams.count) paths, but may take one")
    }
    if rate > given.rate * Tolerance.slack {
      let texts = Figures.apart([rate, given.rate])
      evaluation.violations.append("\(name) has a rate of \(texts[0]) a second, but only \(texts[1]) arrive")
    }
    if let wanted = given.accuracy, rate > 0,
      evaluation.accuracies[task] < wanted - CoordinationProblem.accuracyTolerance
    {
      let texts = Figures.apart([evaluation.accuracies[task], wanted])
      evaluation.violations.append("\(name) has an accuracy of \(texts[0]), but wants \(texts[1])")
    }
  }

  /// Adds the loads of a path; returns its accuracy, or `nil` if it is no path.
  private func add(
    _ stream: CoordinationPlan.Stream, of task: Int, to evaluation: inout Evaluation
  ) -> Double? {
    let service = instance.tasks[task].service
    let end = BlockVertex(service: service, position: instance.services[service].blocks.count + 1)
    var last = BlockVertex(service: service, position: 0)
    var accuracy = instance.services[service].accuracy
    for next in stream.blocks + [end] {
      let (tail, head) = (instance.services[last.service], instance.services[next.service])
      if last.service == next.service && next.position == last.position + 1 {
        // An arc of the chain takes no time and costs no accuracy.
      } else if let connection = connections[Ends(from: last, to: next)] {
        evaluation.nodeLoads[head.host] += stream.rate * connection.time
        accuracy -= connection.penalty
        if tail.host != head.host, let link = links[Pair(tail: tail.host, head: head.host)] {
          let bytes = last.position == 0 ? tail.input : tail.blocks[last.position - 1].output
          evaluation.linkLoads[link] += stream.rate * 8 * bytes / instance.network.links[link].bandwidth
        } else if tail.host != head.host {
          return fault("there is no link between the hosts of", last, next, task, &evaluation)
        }
      } else {
        return fault("no arc leads between", last, next, task, &evaluation)
      }
      if next.position > 0, next.position <= head.blocks.count {
        evaluation.nodeLoads[head.host] += stream.rate * head.blocks[next.position - 1].time
      }
      last = next
    }
    return measured[task][stream.blocks] ?? accuracy
  }

  private func fault(
    _ problem: String, _ from: BlockVertex, _ to: BlockVertex, _ task: Int, _ evaluation: inout Evaluation
  ) -> Double? {
    let ends = [from, to].map { TerminalText.quoted(instance.shown($0)) }.joined(separator: " and ")
    evaluation.faults.append("task \(quoted(instance.tasks[task].id)): \(problem) \(ends)")
    return nil
  }

  private func checkLoads(_ evaluation: inout Evaluation) {
    func check(_ load: Double, _ limit: Double, _ name: String) {
      guard !(load <= limit * Tolerance.slack) else { return }
      let texts = Figures.apart([load, limit])
      evaluation.violations.append("\(name) has a load of \(texts[0]), but a capacity of \(texts[1])")
    }
    for (node, load) in zip(instance.network.nodes, evaluation.nodeLoads) {
      check(load, node.capacity, "node \(quoted(node.id))")
    }
    for (link, load) in zip(instance.network.links, evaluation.linkLoads) {
      let ends = [link.tail, link.head].map { quoted(instance.network.nodes[$0].id) }
      check(load, 1, "the link from \(ends[0]) to \(ends[1])")
    }
  }

  private func quoted(_ name: Name) -> String { TerminalText.quoted(name.text) }

  // MARK: The report

  private func report(_ plan: CoordinationPlan, _ evaluation: Evaluation) -> [JSONValue.Member] {
    let tasks = plan.tasks.indices.map { task -> JSONValue in
      let paths = zip(plan.tasks[task], evaluation.pathAccuracies[task]).map {
        stream, accuracy -> JSONValue in
        [
          "rate": .number(stream.rate), "accuracy": .number(accuracy),
          "blocks": .array(stream.blocks.map(names)),
        ]
      }
      let hasTraffic = evaluation.rates[task] > 0
      return [
        "id": .string(instance.tasks[task].id.text), "rate": .number(evaluation.rates[task]),
        "accuracy": hasTraffic ? .number(evaluation.accuracies[task]) : .null, "paths": .array(paths),
      ]
    }
    let nodes = zip(instance.network.nodes, evaluation.nodeLoads).filter { $1 > 0 }.map {
      node, load -> JSONValue in
      ["id": .string(node.id.text), "load": .number(load)]
    }
    let links = zip(instance.network.links, evaluation.linkLoads).filter { $1 > 0 }.map {
      link, load -> JSONValue in
      let ids = [link.tail, link.head].map { JSONValue.string(instance.network.nodes[$0].id.text) }
      return ["from": ids[0], "to": ids[1], "load": .number(load)]
    }
    return [.init("tasks", .array(tasks)), .init("nodes", .array(nodes)), .init("links", .array(links))]
  }

  private func names(_ block: BlockVertex) -> JSONValue {
    let service = instance.services[block.service]
    return .array([.string(service.name.text), .string(service.blocks[block.position - 1].name.text)])
  }
}
