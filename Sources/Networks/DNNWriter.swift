import Documents

extension DNN {
  /// The DNN as a JSON file that instances can refer to, in base units; its measured times refer to the nodes.
  public func json(nodes: [Node] = []) -> String { JSONWriter.text(of: jsonValue(nodes: nodes)) }

  package func jsonValue(nodes: [Node]) -> JSONValue {
    var members: [JSONValue.Member] = [.init("input", .number(input))]
    members.append("inputTensors", inputTensors)
    members.append(.init("layers", .array(layers.map { $0.jsonValue(nodes: nodes) })))
    return .object(members)
  }
}

extension Layer {
  fileprivate func jsonValue(nodes: [Node]) -> JSONValue {
    var members: [JSONValue.Member] = [.init("name", .string(name.text))]
    members.append("work", work)
    members.append("output", output)
    members.append("memory", memory, unless: 0)
    members.append("weights", weights, unless: 0)
    members.append("activations", activations, unless: 0)
    members.append("traffic", traffic, unless: 0)
    if !times.isEmpty {
      let times = times.map { JSONValue.Member(nodes[$0.node].id.text, .number($0.seconds)) }
      members.append(.init("times", .object(times)))
    }
    members.append("tensors", tensors)
    members.append("operators", operators)
    return .object(members)
  }
}

extension [JSONValue.Member] {
  /// Appends a list of texts unless it is empty.
  fileprivate mutating func append(_ key: String, _ texts: [String]) {
    if !texts.isEmpty { append(.init(key, .array(texts.map { .string($0) }))) }
  }
}
