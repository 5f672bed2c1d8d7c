import Documents

extension Instance {
  /// The instance, whose indices must be valid, as a JSON file in base units, with only those keys that differ from
  /// their defaults; reading the file gives an equal instance.
  public func json() -> String { JSONWriter.text(of: jsonValue) }

  var jsonValue: JSONValue {
    var members: [JSONValue.Member] = [
      .init("layerroute", 1), .init("network", network.jsonValue),
      .init("dnns", .object(dnns.map { .init($0.name.text, $0.jsonValue(nodes: network.nodes)) })),
      .init("jobs", .array(jobs.map(jsonValue(of:)))),
    ]
    var chosen: [JSONValue.Member] = []
    if options.waiting != .visit { chosen.append(.init("waiting", .string(options.waiting.rawValue))) }
    if options.objective != .total { chosen.append(.init("objective", .string(options.objective.rawValue))) }
    if !chosen.isEmpty { members.append(.init("options", .object(chosen))) }
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
    if job.isContiguous { members.append(.init("contiguous", .boolean(true))) }
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
