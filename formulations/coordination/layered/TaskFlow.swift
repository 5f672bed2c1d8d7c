import Coordination
import LinearModels

/// The columns and rows of one task in `layered`.
struct TaskFlow: Sendable {
  let task: Int
  let paths: PathGraph
  let limits: RateLimits
  private let isSingle: Bool
  /// Where the arcs of the path graph begin.
  private let tails: [Int32]
  /// By arc of the path graph; `nil` for an arc that nothing can pass.
  private(set) var f: [Variable?] = []
  private(set) var z: [Variable?] = []

  init(_ instance: CoordinationInstance, _ graph: BlockGraph, _ paths: PathGraph, task: Int) {
    self.task = task
    self.paths = paths
    isSingle = instance.paths == .single
    limits = RateLimits(paths, graph, rate: instance.tasks[task].rate)
    tails = (0..<Int32(paths.stateCount)).flatMap { state in
      Array(repeating: state, count: Int(paths.starts[Int(state) + 1] - paths.starts[Int(state)]))
    }
  }

  /// A binary stands behind the part of the rate that it allows.
  mutating func addColumns(to model: inout LinearModel, _ graph: BlockGraph) {
    for arc in paths.arcs.indices {
      guard part(arc) > Self.leastPart else {
        f.append(nil)
        z.append(nil)
        continue
      }
      let ends = (Int(graph.tails[Int(paths.arcs[arc])]), Int(graph.heads[Int(paths.arcs[arc])]))
      f.append(model.addContinuous(Label("f", task, ends.0, ends.1), upper: part(arc)))
      z.append(isSingle ? model.addBinary(Label("z", task, ends.0, ends.1)) : nil)
    }
  }

  /// An arc that carries less of the rate is left out: it adds nothing that a tolerance would show, but coefficients that no
  /// solver can tell from 0 beside those of others.
  private static let leastPart = 1e-9

  /// The largest part of the rate that an arc carries.
  private func part(_ arc: Int) -> Double { min(1, limits.arcs[arc] / limits.total) }

  func addRows(to model: inout LinearModel, _ instance: CoordinationInstance, _ graph: BlockGraph) {
    let service = instance.services[instance.tasks[task].service]
    let least = isSingle ? instance.leastAccuracy(ofTask: task) : instance.leastMeanAccuracy(ofTask: task)
    addBalances(of: f, "flow", to: &model)
    model.add(Label("rate", task), outOfStart(f) <= 1.0)
    if let least { addAccuracy(of: f, "accuracy", spare: service.accuracy - least, to: &model, graph) }
    guard isSingle else { return }
    addBalances(of: z, "path", to: &model)
    model.add(Label("one", task), outOfStart(z) <= 1.0)
    for arc in f.indices {
      guard let f = f[arc], let z = z[arc] else { continue }
      model.add(Label("chosen", task, arc), f <= part(arc) * z)
    }
    // Implied by the row above in whole numbers; without it, rounding errors of rates would be paths.
    if let least { addAccuracy(of: z, "accurate", spare: service.accuracy - least, to: &model, graph) }
  }

  private func addBalances(of flow: [Variable?], _ symbol: String, to model: inout LinearModel) {
    var balances = [LinearExpression](repeating: LinearExpression(), count: paths.stateCount)
    for arc in flow.indices {
      guard let variable = flow[arc] else { continue }
      balances[Int(tails[arc])].add(1, variable)
      balances[Int(paths.heads[arc])].add(-1, variable)
    }
    for (state, balance) in balances.enumerated().dropFirst().dropLast() where !balance.terms.isEmpty {
      model.add(Label(symbol, task, Int(paths.vertices[state])), balance == 0.0)
    }
  }

  private func outOfStart(_ flow: [Variable?]) -> LinearExpression {
    var sum = LinearExpression()
    for arc in paths.starts[0]..<paths.starts[1] { if let variable = flow[Int(arc)] { sum.add(1, variable) } }
    return sum
  }

  /// The accuracy of the chain beyond what is wanted makes up for the penalties.
  private func addAccuracy(
    of flow: [Variable?], _ symbol: String, spare: Double, to model: inout LinearModel, _ graph: BlockGraph
  ) {
    var accuracy = LinearExpression()
    accuracy.add(spare, outOfStart(flow))
    for arc in flow.indices {
      if let variable = flow[arc] { accuracy.add(-graph.penalties[Int(paths.arcs[arc])], variable) }
    }
    model.add(Label(symbol, task), accuracy >= 0.0)
  }

  func addTerms(
    _ loads: inout [LinearExpression], _ cost: inout LinearExpression, _ instance: CoordinationInstance,
    _ graph: BlockGraph
  ) {
    let value = instance.tasks[task].value * limits.total
    for index in f.indices {
      guard let variable = f[index] else { continue }
      let arc = Int(paths.arcs[index])
      let loaded = [
        (graph.nodeResources[arc], limits.total * graph.nodeUses[arc]),
        (graph.linkResources[arc], limits.total * graph.linkUses[arc]),
      ]
      for (resource, share) in loaded where share > CoordinationInstance.leastShare {
        loads[Int(resource)].add(share, variable)
      }
      cost.add(value * graph.penalties[arc], variable)
    }
    cost.add(-value * instance.services[instance.tasks[task].service].accuracy, outOfStart(f))
  }
}
