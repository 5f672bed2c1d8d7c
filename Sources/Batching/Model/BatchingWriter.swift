import Documents

extension BatchingInstance {
  /// The instance as a JSON file in base units; reading the file gives an equal instance.
  var jsonValue: JSONValue {
    var server = [JSONValue.Member("bandwidth", .number(server.bandwidth))]
    server.append("window", self.server.window)
    return [
      "layerroute": 1, "problem": .string(BatchingProblem.name), "server": .object(server),
      "dnn": Self.jsonValue(ofDNN: blocks), "users": .array(users.map(jsonValue(of:))),
    ]
  }

  /// A DNN as instances have it, or as a file that they refer to.
  public static func jsonValue(ofDNN blocks: [Block]) -> JSONValue {
    ["blocks": .array(blocks.map(jsonValue(of:)))]
  }

  private static func jsonValue(of block: Block) -> JSONValue {
    var members = [JSONValue.Member("name", .string(block.name.text))]
    switch block.times {
    case .table(let times): members.append(.init("times", .array(times.map { .number($0) })))
    case .linear(let base, let slope, let largest):
      members += [.init("base", .number(base)), .init("slope", .number(slope))]
      members.append("largest", largest.map(Double.init))
    }
    members.append("accuracy", block.accuracy)
    return .object(members)
  }

  private func jsonValue(of user: User) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("id", .string(user.id.text)), .init("upload", .number(user.upload)),
    ]
    switch user.channel {
    case .efficiency(let efficiency): members.append(.init("efficiency", .number(efficiency)))
    case .ratio(let ratio): members.append(.init("snr", .number(ratio)))
    }
    members.append(.init("deadline", .number(user.deadline)))
    switch user.need {
    case .exit(let block): members.append(.init("exit", .string(blocks[block].name.text)))
    case .accuracy(let accuracy): members.append(.init("accuracy", .number(accuracy)))
    }
    members.append("value", user.value, unless: 1)
    return .object(members)
  }
}
