import Documents

extension CoordinationInstance {
  /// The instance as its file, in base units.
  var jsonValue: JSONValue {
    var members: [JSONValue.Member] = [
      .init("layerroute", 1), .init("problem", .string(CoordinationProblem.name)),
      .init("network", network.jsonValue),
      .init("dnns", .object(services.map { .init($0.name.text, json(of: $0)) })),
    ]
    if !connections.isEmpty { members.append(.init("connections", .array(connections.map(json(of:))))) }
    members.append(.init("tasks", .array(tasks.map(json(of:)))))
    if !measured.isEmpty { members.append(.init("measured", .array(measured.map(json(of:))))) }
    members.append(.init("options", ["paths": .string(paths.rawValue)]))
    return .object(members)
  }

  private func json(of service: DNNService) -> JSONValue {
    let blocks = service.blocks.map { block -> JSONValue in
      ["name": .string(block.name.text), "time": .number(block.time), "output": .number(block.output)]
    }
    return [
      "host": network.idValue(service.host), "input": .number(service.input),
      "accuracy": .number(service.accuracy), "blocks": .array(blocks),
    ]
  }

  private func json(of connection: Connection) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("from", json(of: connection.from)), .init("to", json(of: connection.to)),
    ]
    members.append("time", connection.time, unless: 0)
    members.append("penalty", connection.penalty, unless: 0)
    return .object(members)
  }

  private func json(of task: ServiceTask) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("id", .string(task.id.text)), .init("dnn", .string(services[task.service].name.text)),
      .init("rate", .number(task.rate)),
    ]
    members.append("accuracy", task.accuracy)
    members.append("value", task.value, unless: 1)
    return .object(members)
  }

  private func json(of path: MeasuredPath) -> JSONValue {
    [
      "task": .string(tasks[path.task].id.text), "path": .array(path.blocks.map(json(of:))),
      "accuracy": .number(path.accuracy),
    ]
  }

  private func json(of vertex: BlockVertex) -> JSONValue {
    .array([.string(services[vertex.service].name.text), .string(name(of: vertex).text)])
  }
}
