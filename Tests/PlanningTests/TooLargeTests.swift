import Foundations
import LayerRoute
import LinearModels
import Networks
import Planning
import Problems
import Solvers
import Splitting
import Testing

/// A model that would not fit into memory is refused before it is built, with its size.
@Suite struct TooLargeTests {
  @Test(arguments: Kinds.splitting.formulations.map(\.name))
  func isRefusedWithItsSize(_ name: String) async throws {
    let planner = ModelPlanner(
      Kinds.splitting, try Kinds.splitting.formulation(named: name), WorkerBackend.cbc)
    await #expect {
      try await planner.run(.contractExample(), budget: Budget(memory: 1000))
    } throws: { error in
      guard case PlanningError.tooLarge(name, let size, 1000) = error else { return false }
      return size.columns > 0 && size.bytes > 1000 && "\(error)".contains("columns")
    }
  }

  @Test func countsWhatNoMachineHolds() async throws {
    // 2000 nodes and their 4,000,000 pairs, times 8000 links, times 30 layers.
    let instance = Instance.torus(side: 45, layers: 30)
    for name in ["pairflow", "assignment"] {
      let planner = ModelPlanner(
        Kinds.splitting, try Kinds.splitting.formulation(named: name), WorkerBackend.cbc)
      await #expect {
        try await planner.run(instance, budget: Budget(memory: 1e9))
      } throws: { error in
        if case PlanningError.tooLarge = error { true } else { false }
      }
    }
  }

  @Test func withoutAFormulationInMindThePlanOfAHeuristicIsTheAnswer() async throws {
    var instance = Instance.contractExample()
    // Both jobs want their second layer on the edge server, which has memory for one.
    instance.network.nodes[1].memory = 16.05e6
    instance.jobs[0].rate = 5
    instance.jobs[0].hosts = []
    instance.jobs[0].deadline = nil
    instance.jobs.append(instance.jobs[0])
    instance.jobs[1].id = "other"
    // Without LP sessions, on which `paths` would go on.
    let solvers = [WithoutSessions()]
    let budget = Budget(memory: 1000)
    let answer = try await Kinds.splitting.solve(instance, solvers: solvers, budget: budget)
    #expect(answer.file.status == .feasible)
    #expect(answer.warnings.contains { $0.contains("heuristic") }, "\(answer.warnings)")
    await #expect(throws: PlanningError.self) {
      try await Kinds.splitting.solve(
        instance, SolveRequest(formulation: "layered"), solvers: solvers, budget: budget)
    }
  }
}

/// A solver that is never reached, and has no LP sessions.
private struct WithoutSessions: ModelSolver {
  let name = "without-sessions"
  let takesStart = false

  func solve(
    _ model: CompiledModel, options: SolveOptions, report: @escaping SolveReport
  ) async throws(BackendError) -> Solution {
    throw .failed(backend: name, detail: "a model was built")
  }
}

extension Instance {
  /// A square grid closed to a torus, every node computing at its own speed, and a job with a memory row.
  fileprivate static func torus(side: Int, layers: Int) -> Instance {
    let nodes = (0..<side * side).map { Node(id: Name("n\($0)"), compute: 1e9 + Double($0), memory: 1.5e6) }
    var links: [Link] = []
    for row in 0..<side {
      for column in 0..<side {
        let here = row * side + column
        for there in [row * side + (column + 1) % side, (row + 1) % side * side + column] {
          links.append(Link(tail: here, head: there, bandwidth: 1e9))
          links.append(Link(tail: there, head: here, bandwidth: 1e9))
        }
      }
    }
    let chain = (0..<layers).map { Layer(name: Name("l\($0)"), work: 1e6, output: 1e3, memory: 1e6) }
    return Instance(
      network: Network(nodes: nodes, links: links), dnns: [DNN(name: "d", input: 1e3, layers: chain)],
      jobs: [Job(id: "j", dnn: 0, source: 0, target: 1)])
  }
}
