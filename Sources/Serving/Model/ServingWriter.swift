import Documents
import Foundations

extension ServingInstance {
  /// The instance as a file in base units; a link and its reverse with the same limit are one that is duplex.
  var jsonValue: JSONValue {
    var members: [JSONValue.Member] = [
      .init("layerroute", 1), .init("problem", .string(ServingProblem.name)), .init("model", model),
    ]
    if !types.isEmpty {
      members.append(
        .init("types", .object(types.map { .init($0.name.text, ["throughput": Self.value(of: $0.table)]) })))
    }
    members.append(.init("machines", .array(machines.map(value))))
    members.append(.init("links", .array(linkValues)))
    if isPartial { members.append(.init("options", ["partial": true])) }
    return .object(members)
  }

  private var model: JSONValue {
    var members: [JSONValue.Member] = [.init("layers", .number(Double(layers)))]
    members.append("input", input)
    members.append("hidden", hidden)
    members.append("output", output)
    return .object(members)
  }

  private static func value(of table: Table) -> JSONValue {
    .object(table.map { JSONValue.Member("\($0.held)", .number($0.rate)) })
  }

  private func value(of machine: Machine) -> JSONValue {
    let id = JSONValue.string(machine.id.text)
    return switch machine.throughput {
    case .type(let type): ["id": id, "type": .string(types[type].name.text)]
    case .own(let table): ["id": id, "throughput": Self.value(of: table)]
    }
  }

  /// The links in their order; the reverse of one that comes right behind it is part of it.
  private var linkValues: [JSONValue] {
    var values: [JSONValue] = []
    var index = 0
    while index < links.count {
      let link = links[index]
      var members: [JSONValue.Member] = [
        .init("from", .string(name(of: link.tail).text)), .init("to", .string(name(of: link.head).text)),
      ]
      switch link.limit {
      case .bandwidth(let bandwidth): members.append(.init("bandwidth", .number(bandwidth)))
      case .capacity(let capacity): members.append(.init("capacity", .number(capacity)))
      }
      index += 1
      if index < links.count, links[index].tail == link.head, links[index].head == link.tail,
        links[index].limit == link.limit
      {
        members.append(.init("duplex", .boolean(true)))
        index += 1
      }
      values.append(.object(members))
    }
    return values
  }
}
