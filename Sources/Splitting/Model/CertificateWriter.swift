import Documents

extension Certificate {
  package var jsonValue: JSONValue {
    switch proof {
    case .multipliers(let multipliers): ["bound": .number(bound), "multipliers": multipliers.jsonValue]
    case .potentials(let potentials):
      ["bound": .number(bound), "potentials": .array(potentials.map(\.jsonValue))]
    }
  }
}

extension Certificate.Potentials {
  fileprivate var jsonValue: JSONValue {
    [
      "job": .string(job.text), "latency": .number(latency),
      "leastTimes": .array(leastTimes.map { .number($0) }),
      "runs": .array(runs.map { .number(Double($0)) }), "settled": .array(settled.map(\.jsonValue)),
    ]
  }
}

extension Certificate.Settled {
  fileprivate var jsonValue: JSONValue {
    [
      "stage": .number(Double(stage)), "computing": .boolean(isComputing),
      "nodes": .array(nodes.map { .string($0.text) }), "distances": .array(distances.map { .number($0) }),
    ]
  }
}

extension Certificate.Multipliers {
  /// The multipliers by family, without the families that have none.
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
