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
      "leastTimes": .array(leastTimes.map(JSONValue.number)),
      "runs": .array(runs.map { .number(Double($0)) }), "settled": .array(settled.map(\.jsonValue)),
    ]
  }
}

extension Certificate.Settled {
  fileprivate var jsonValue: JSONValue {
    [
      "stage": .number(Double(stage)), "computing": .boolean(isComputing),
      "nodes": .array(nodes.map { .string($0.text) }), "distances": .array(distances.map(JSONValue.number)),
    ]
  }
}

extension Certificate.Multipliers {
  /// The multipliers by family, without the families that have none.
  fileprivate var jsonValue: JSONValue {
    let families = [
      ("memory", memory.map { $0.jsonValue(["node"]) }),
      ("holding", holding.map(\.jsonValue)), ("peak", peak.map(\.jsonValue)),
      ("computeLoad", computeLoad.map { $0.jsonValue(["node"]) }),
      ("linkLoad", linkLoad.map { $0.jsonValue(["from", "to"]) }),
      ("deadline", deadline.map { $0.jsonValue(["job"]) }),
      ("makespan", makespan.map { $0.jsonValue(["job"]) }),
      ("cuts", cuts.map(\.jsonValue)), ("paths", paths.map { $0.jsonValue(["job"]) }),
      ("ownMemory", ownMemory.map { $0.jsonValue(["job", "node"]) }),
      ("ownComputeLoad", ownComputeLoad.map { $0.jsonValue(["job", "node"]) }),
      ("ownDeadline", ownDeadline.map { $0.jsonValue(["job"]) }),
    ]
    let flag: [JSONValue.Member] = blocks ? [.init("blocks", .boolean(true))] : []
    return .object(flag + families.filter { !$0.1.isEmpty }.map { .init($0, .array($1)) })
  }
}

extension Certificate.Multiplier {
  fileprivate func jsonValue(_ keys: [String]) -> JSONValue {
    .object(zip(keys, names).map { .init($0, .string($1.text)) } + [.init("value", .number(value))])
  }
}

extension Certificate.LayerMultiplier {
  fileprivate var jsonValue: JSONValue {
    [
      "job": .string(job.text), "layer": .number(Double(layer)), "node": .string(node.text),
      "value": .number(value),
    ]
  }
}

extension Certificate.Cut {
  fileprivate var jsonValue: JSONValue {
    [
      "node": .string(node.text), "jobs": .array(jobs.map(\.jsonValue)),
      "atMost": .number(Double(atMost)), "value": .number(value),
    ]
  }
}

extension Certificate.CutJob {
  fileprivate var jsonValue: JSONValue {
    let ends = [layers.lowerBound, layers.upperBound]
    return [
      "job": .string(job.text), "layers": .array(ends.map { .number(Double($0)) }),
      "memory": .number(memory),
    ]
  }
}
