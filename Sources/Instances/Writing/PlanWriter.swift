extension PlanDocument {
  /// The plan as a JSON file; reading it gives an equal plan.
  public func json() -> String { JSONWriter.text(of: jsonValue) }

  /// The plan as the value that its JSON file holds.
  public var jsonValue: JSONValue {
    var members: [JSONValue.Member] = [.init("layerroute", 1), .init("status", .string(status.rawValue))]
    if let objective { members.append(.init("objective", objective.jsonValue)) }
    if let reason { members.append(.init("reason", .string(reason))) }
    members.append(.init("jobs", .array(jobs.map(\.jsonValue))))
    if let solver { members.append(.init("solver", solver.jsonValue)) }
    if let certificate { members.append(.init("certificate", certificate.jsonValue)) }
    return .object(members)
  }
}

extension PlanDocument.Objective {
  fileprivate var jsonValue: JSONValue {
    [
      "kind": .string(kind.rawValue), "value": .number(value), "bound": .number(bound), "gap": .number(gap),
    ]
  }
}

extension PlanDocument.JobReport {
  fileprivate var jsonValue: JSONValue {
    [
      "id": .string(id.text), "latency": .number(latency), "compute": .number(compute),
      "transfer": .number(transfer), "propagation": .number(propagation), "waiting": .number(waiting),
      "hosts": Self.list(hosts), "routes": .array(routes.map(Self.list)),
    ]
  }

  private static func list(_ names: [Name]) -> JSONValue { .array(names.map { .string($0.text) }) }
}

extension PlanDocument.SolverReport {
  fileprivate var jsonValue: JSONValue {
    ["formulation": .string(formulation), "backend": .string(backend), "seconds": .number(seconds)]
  }
}
