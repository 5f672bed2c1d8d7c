extension Instance {
  /// The instance as a JSON file, in base units and in its order, without the keys that have their default.
  ///
  /// Reading it gives an equal instance. The indices in the instance must be valid.
  public func json() -> String { JSONWriter.text(of: jsonValue) }

  private var jsonValue: JSONValue {
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

extension Network {
  /// The network as a JSON file that instances can refer to, in base units; a link that is followed by its reverse with
  /// the same figures is written as one duplex link.
  ///
  /// Reading it gives an equal network.
  public func json() -> String {
    JSONWriter.text(of: ["nodes": .array(nodes.map(\.jsonValue)), "links": .array(duplexValues)])
  }

  private var duplexValues: [JSONValue] {
    var values: [JSONValue] = []
    var index = 0
    while index < links.count {
      var reverse = links[index]
      (reverse.tail, reverse.head) = (reverse.head, reverse.tail)
      let isDuplex = index + 1 < links.count && links[index + 1] == reverse
      var members = members(of: links[index])
      if isDuplex { members.append(.init("duplex", true)) }
      values.append(.object(members))
      index += isDuplex ? 2 : 1
    }
    return values
  }

  fileprivate var jsonValue: JSONValue {
    ["nodes": .array(nodes.map(\.jsonValue)), "links": .array(links.map { .object(members(of: $0)) })]
  }

  fileprivate func idValue(_ node: Int) -> JSONValue { .string(nodes[node].id.text) }

  private func members(of link: Link) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = [
      .init("from", idValue(link.tail)), .init("to", idValue(link.head)),
      .init("bandwidth", .number(link.bandwidth)),
    ]
    members.append("latency", link.latency, unless: 0)
    members.append("backlog", link.backlog, unless: 0)
    return members
  }
}

extension Node {
  fileprivate var jsonValue: JSONValue {
    var members: [JSONValue.Member] = [.init("id", .string(id.text))]
    members.append("compute", compute, unless: 0)
    members.append("memory", memory)
    members.append("backlog", backlog, unless: 0)
    if let position {
      members.append(.init("position", .array([.number(position.x), .number(position.y)])))
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

extension [JSONValue.Member] {
  /// Appends a number unless it is absent or the default.
  mutating func append(_ key: String, _ value: Double?, unless usual: Double? = nil) {
    if let value, value != usual { append(.init(key, .number(value))) }
  }
}
