extension Certificate {
  var jsonValue: JSONValue {
    switch proof {
    case .multipliers(let multipliers): ["bound": .number(bound), "multipliers": multipliers.jsonValue]
    }
  }
}

extension Certificate.Multipliers {
  /// Without the families that have none.
  fileprivate var jsonValue: JSONValue {
    let families: [(String, [JSONValue])] = [
      ("memory", memory.map(\.jsonValue)), ("computeLoad", computeLoad.map(\.jsonValue)),
      ("linkLoad", linkLoad.map(\.jsonValue)), ("deadline", deadline.map(\.jsonValue)),
      ("makespan", makespan.map(\.jsonValue)),
    ]
    return .object(families.filter { !$0.1.isEmpty }.map { .init($0.0, .array($0.1)) })
  }
}

extension Certificate.OfNode {
  fileprivate var jsonValue: JSONValue { ["node": .string(node.text), "value": .number(value)] }
}

extension Certificate.OfLink {
  fileprivate var jsonValue: JSONValue {
    ["from": .string(from.text), "to": .string(to.text), "value": .number(value)]
  }
}

extension Certificate.OfJob {
  fileprivate var jsonValue: JSONValue { ["job": .string(job.text), "value": .number(value)] }
}
