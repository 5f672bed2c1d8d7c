import LinearModels
import Splitting

/// The variables of one job, which can be decoded to a plan and set from one.
public protocol JobVariables: Sendable {
  var choices: JobChoices { get }
  /// The placements by layer and position in the job's `hosts` of that layer.
  var x: [[Variable]] { get }
  var latency: JobLatency { get }
  /// The variables that cross links, by stage; empty if routes are fixed and no load is asked for.
  var crossings: [[Crossing]] { get }
  /// The links that stage 0 crosses in every plan, without a variable.
  var linksOfInput: [Int] { get }
  /// The route of a stage between two different nodes that the values stand for; `nil` if they stand for none.
  func route(ofStage stage: Int, from start: Int, to end: Int, in values: [Double]) -> [Int]?
  /// Sets the variables that the plan uses to 1, apart from its placements; returns false if one was left out.
  func mark(_ plan: JobPlan, in values: inout [Double]) -> Bool
}

extension JobVariables {
  public var crossings: [[Crossing]] { [] }
  public var linksOfInput: [Int] { [] }

  /// The plan with the hosts whose x is largest and the routes between them; `nil` if the values stand for none.
  func plan(in values: [Double]) -> JobPlan? {
    let hosts = zip(x, choices.hosts).compactMap { variables, nodes in
      variables.indices.max { values[variables[$0].column] < values[variables[$1].column] }.map { nodes[$0] }
    }
    guard hosts.count == x.count else { return nil }
    let stops = [choices.graph.source] + hosts + [choices.graph.target]
    let routes = zip(stops, stops.dropFirst()).enumerated().compactMap { stage, ends in
      ends.0 == ends.1 ? [ends.0] : route(ofStage: stage, from: ends.0, to: ends.1, in: values)
    }
    return routes.count == hosts.count + 1 ? JobPlan(hosts: hosts, routes: routes) : nil
  }

  /// Sets all variables that the plan uses to 1; returns false if one of them was left out.
  func markAll(_ plan: JobPlan, in values: inout [Double]) -> Bool {
    for (layer, host) in plan.hosts.enumerated() {
      guard let position = choices.hosts[layer].firstIndex(of: host) else { return false }
      values[x[layer][position].column] = 1
    }
    return mark(plan, in: &values)
  }
}
