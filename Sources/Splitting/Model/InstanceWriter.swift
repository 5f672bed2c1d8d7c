import Documents

extension Instance {
  /// The instance as a JSON file in base units, with only those keys that differ from their defaults, in the
  /// same order.
  ///
  /// Reading the file gives an equal instance. The indices in the instance must be valid.
  public func json() -> String { JSONWriter.text(of: jsonValue) }

  var jsonValue: JSONValue {
    var members: [JSONValue.Member] = [
      .init("layerroute", 1), .init("network", network.jsonValue),
      .init("dnns", .object(dnns.map { .init($0.name.text, $0.jsonValue(nodes: network.nodes)) })),
      .init("jobs", .array(jobs.map(jsonValue(of:)))),
    ]
    if options != Options() { members.append(.init("options", options.jsonValue)) }
    return .object(members)
  }

  private func jsonValue(of job: Job) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("id", .string(job.id.text)), .init("dnn", .string(dnns[job.dnn].name.text)),
      .init("source", network.idValue(job.source)), .init("target", network.idValue(job.target)),
    ]
    members.append("rate", job.rate, unless: 0)
    members.append("weight", job.weight, unless: 1)
    members.append("deadline", job.deadline)
    members.append("release", job.release, unless: 0)
    if !job.hosts.isEmpty {
      let rules = job.hosts.map { rule in
        let layer = rule.layer.map { dnns[job.dnn].layers[$0].name.text } ?? "*"
        return JSONValue.Member(layer, .array(rule.nodes.map(network.idValue)))
      }
      members.append(.init("hosts", .object(rules)))
    }
    return .object(members)
  }
}

extension Options {
  fileprivate var jsonValue: JSONValue {
    var members: [JSONValue.Member] = []
    if waiting != .visit { members.append(.init("waiting", .string(waiting.rawValue))) }
    if objective != .total { members.append(.init("objective", .string(objective.rawValue))) }
    return .object(members)
  }
}
