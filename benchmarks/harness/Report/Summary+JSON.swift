import Documents

extension Summary {
  /// The summary for programs: times and values in seconds, memory in bytes, null for unknown values.
  public var jsonValue: JSONValue {
    [
      "agrees": .boolean(!judgement.disagrees),
      "wrong": .array(judgement.disagreements.map(\.jsonValue)),
      "limit": .number(limit),
      "overall": overall.jsonValue,
      "classes": .array(sizeClasses.map(\.jsonValue)),
      "scaling": .array(scalings.map(\.jsonValue)),
      "instances": .array(instances.map(\.jsonValue)),
    ]
  }
}

extension JSONValue {
  fileprivate init(_ number: Double?) { self = number.map { .number($0) } ?? .null }
  fileprivate init(_ number: Int) { self = .number(Double(number)) }
}

extension BenchmarkMethod {
  fileprivate var members: [JSONValue.Member] {
    [.init("formulation", .string(formulation)), .init("backend", .string(backend))]
  }
}

extension JudgedRun {
  fileprivate var jsonValue: JSONValue {
    .object(
      [.init("instance", .string(record.subject.name))] + record.method.members + [
        .init("repetition", JSONValue(record.repetition)),
        .init("contradiction", contradiction.map { .string($0) } ?? .null),
      ])
  }
}

extension Summary.Section {
  fileprivate var jsonValue: JSONValue {
    [
      "name": .string(name), "instances": JSONValue(instances),
      "methods": .array(methods.map(\.jsonValue)), "wrong": JSONValue(disagreements.count),
    ]
  }
}

extension MethodSummary {
  fileprivate var jsonValue: JSONValue {
    let verdicts = Outcome.allCases.map { JSONValue.Member($0.rawValue, JSONValue(count($0))) }
    return .object(
      method.members + [
        .init("runs", .object(verdicts)),
        .init("meanShifted10s", JSONValue(meanShiftedBySeconds)),
        .init("meanShifted10ms", JSONValue(meanShiftedByMilliseconds)),
        .init("par10", JSONValue(par10)),
        .init("ratio", baseline?.jsonValue ?? .null),
        .init("rootGap", JSONValue(rootGap)), .init("gapLeft", JSONValue(gapLeft)),
        .init("rows", JSONValue(rows)), .init("columns", JSONValue(columns)),
        .init("nonzeros", JSONValue(nonzeros)), .init("nodes", JSONValue(nodes)),
        .init("iterations", JSONValue(iterations)),
        .init("memory", JSONValue(memory)), .init("spread", spread?.jsonValue ?? .null),
      ])
  }
}

extension BaselineComparison {
  fileprivate var jsonValue: JSONValue {
    .object(
      [.init("to", .object(baseline.members)), .init("median", ratio?.jsonValue ?? .null)]
        + [
          .init("interval", interval.map { [JSONValue($0.lowerBound), JSONValue($0.upperBound)] } ?? .null),
          .init("instances", JSONValue(compared)),
          .init("wins", JSONValue(wins)), .init("ties", JSONValue(ties)), .init("losses", JSONValue(losses)),
        ])
  }
}

extension Ratio {
  /// The least and the greatest possible value; null if there is no limit.
  fileprivate var jsonValue: JSONValue { [JSONValue(lower), JSONValue(upper)] }
}

extension Scaling {
  fileprivate var jsonValue: JSONValue {
    .object(
      [.init("dimension", .string(dimension))] + method.members + [
        .init(
          "points",
          .array(
            points.map {
              [
                "value": .number($0.value), "seconds": JSONValue($0.seconds), "solved": JSONValue($0.solved),
                "instances": JSONValue($0.instances),
              ]
            })),
        .init("exponent", JSONValue(law?.exponent)),
        .init("standardError", JSONValue(law?.standardError)),
      ])
  }
}

extension InstanceSummary {
  fileprivate var jsonValue: JSONValue {
    [
      "name": .string(subject.name), "class": .string(subject.sizeClass), "optimum": JSONValue(optimum),
      "best": JSONValue(bestValue), "infeasible": .boolean(isInfeasible),
      "seconds": .array(
        attempts.keys.sorted { "\($0)" < "\($1)" }.map { method in
          .object(method.members + [.init("median", JSONValue(attempts[method]?.seconds))])
        }),
    ]
  }
}
