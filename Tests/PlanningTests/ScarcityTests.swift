import Foundations
import Networks
import Solvers
import Splitting
import TestSupport
import Testing

/// Jobs that compete for what is scarce, where the optimum is far from what each job alone could have.
@Suite(.enabled(if: Backends.areThere, "needs a backend")) struct ScarcityTests {
  private let agreement = Agreement(WorkerBackend.all)

  /// Objective and rows then span as many orders of magnitude as the nodes; solvers have called plans optimal that
  /// were not, and feasible models infeasible.
  @Test(arguments: [1e3, 1e9, 3e9, 1e12, 1e15], ObjectiveKind.ofLatencies)
  func slowNodesBesideAFullFastOneAgreeWithEnumeration(_ ratio: Double, _ objective: ObjectiveKind)
    async throws
  {
    try await agreement.check(
      Instance.fullFastNode(ratio: ratio, objective: objective), "ratio \(ratio), \(objective)",
      turn: objective == .max ? UInt64(ratio.exponent) : nil)
  }

  /// A constraint holds up to 1e-6: what lies just below and just above must come out on the right side, with every
  /// solver's own tolerance on top.
  @Test(arguments: [0, 8e-7, 9.2e-7, 9.9e-7, 1.05e-6, 1.2e-6, 1e-5], ObjectiveKind.ofLatencies)
  func limitsHoldUpToTheTolerance(_ excess: Double, _ objective: ObjectiveKind) async throws {
    var instance = Instance.fullFastNode(ratio: 50, objective: objective)
    for layer in instance.dnns[0].layers.indices {
      // The first and the last layer fill the fast node's 10 bytes.
      instance.dnns[0].layers[layer].memory = [6 * (1 + excess), 7, 4 * (1 + excess)][layer]
    }
    try await agreement.check(
      instance, "excess \(excess), \(objective)",
      turn: objective == .max ? UInt64(excess * 1e7) : nil)
  }
}

extension Instance {
  /// Three jobs from a fast node that has memory for one layer, or two small ones, beside two slow nodes.
  fileprivate static func fullFastNode(ratio: Double, objective: ObjectiveKind) -> Instance {
    let nodes = [
      Node(id: "fast", compute: 1e12, memory: 10), Node(id: "slow", compute: 1e12 / ratio),
      Node(id: "slower", compute: 0.9e12 / ratio),
    ]
    let links = [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)].map {
      Link(tail: $0, head: $1, bandwidth: 1e12)
    }
    let layers = [
      Layer(name: "x", work: 1e6, output: 1, memory: 10), Layer(name: "y", work: 2.3e6, output: 1, memory: 7),
      Layer(name: "z", work: 1.7e6, output: 1, memory: 3),
    ]
    let jobs = (0..<3).map {
      Job(id: Name("j\($0)"), dnn: 0, source: 0, target: 0, weight: 1 + Double($0) * 0.37)
    }
    return Instance(
      network: Network(nodes: nodes, links: links), dnns: [DNN(name: "d", input: 1, layers: layers)],
      jobs: jobs, options: Options(objective: objective))
  }
}
