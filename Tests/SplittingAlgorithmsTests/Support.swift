import Documents
import Foundations
import LayerRoute
import LinearModels
import Networks
import Planning
import Problems
import Solvers
import Splitting

// What the tests of the algorithms ask of instances and answers.

extension Instance {
  /// The best plans that differ in some layer's host.
  func alternatives(
    count: Int, budget: Budget = Budget()
  ) async throws(PlanningError) -> Ranking<SplittingProblem> {
    let best = try await Kinds.splitting.solve(self, budget: budget)
    return try await Kinds.splitting.ranking("alternatives", count: count, from: best, budget: budget)
  }

  /// The plans that no other beats both in its value and in its number of hosts.
  func paretoFront(
    _ request: SolveRequest = SolveRequest(), solvers: [any ModelSolver] = WorkerBackend.all,
    budget: Budget = Budget()
  ) async throws(PlanningError) -> Ranking<SplittingProblem> {
    let best = try await Kinds.splitting.solve(self, request, solvers: solvers, budget: budget)
    return try await Kinds.splitting.ranking(
      "pareto", from: best, request, solvers: solvers, budget: budget)
  }
}

extension Instance {
  /// The same instance with nodes that nothing leads to.
  func padded(by count: Int) -> Instance {
    var padded = self
    padded.network.nodes += (0..<count).map { Node(id: Name("lonely \($0)")) }
    return padded
  }

  /// The same instance with memory and rates times a factor.
  func tightened(memory: Double, rate: Double) -> Instance {
    var tight = self
    for node in network.nodes.indices {
      tight.network.nodes[node].memory = network.nodes[node].memory.map { $0 * memory }
    }
    for job in jobs.indices { tight.jobs[job].rate *= rate }
    return tight
  }
}

extension Answer<SplittingProblem> {
  /// What verifying the plan's file against its instance finds.
  var findings: [String] {
    get throws { try PlanVerification(file, of: instance, Kinds.splitting).findings }
  }
}

extension PlanFile {
  /// The certificate, read back from the file's text; `nil` without one.
  func readCertificate() throws(InputError) -> Certificate? {
    let document = try Document.parse(Array(json().utf8), format: .json, file: "plan")
    guard let token = document.member("certificate", of: Document.root) else { return nil }
    return try document.certificate(token)
  }
}
