import Documents

extension Network {
  /// The network as a JSON file that instances can refer to, in base units; a link that is followed by its
  /// reverse with the same figures is written as one duplex link.
  ///
  /// Reading the file gives an equal network.
  public func json() -> String {
    JSONWriter.text(of: ["nodes": .array(nodes.map(\.jsonValue)), "links": .array(duplexValues)])
  }

  private var duplexValues: [JSONValue] {
    var values: [JSONValue] = []
    var index = 0
    while index < links.count {
      let isDuplex = index + 1 < links.count && links[index + 1] == links[index].reversed
      var members = members(of: links[index])
      if isDuplex { members.append(.init("duplex", true)) }
      values.append(.object(members))
      index += isDuplex ? 2 : 1
    }
    return values
  }

  package var jsonValue: JSONValue {
    ["nodes": .array(nodes.map(\.jsonValue)), "links": .array(links.map { .object(members(of: $0)) })]
  }

  package func idValue(_ node: Int) -> JSONValue { .string(nodes[node].id.text) }

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
    members.append("memoryBandwidth", memoryBandwidth)
    members.append("backlog", backlog, unless: 0)
    members.append("capacity", capacity, unless: 1)
    if !isRelay { members.append(.init("relay", false)) }
    if let position { members.append(.init("position", .array([.number(position.x), .number(position.y)]))) }
    return .object(members)
  }
}
