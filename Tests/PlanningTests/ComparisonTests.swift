import Foundations
import LayerRoute
import LinearModels
import Planning
import Problems
import Solvers
import Splitting
import TestSupport
import Testing

/// Rows held against each other.
@Suite struct ComparisonTests {
  /// Says the same of every model.
  private struct Parrot: ModelSolver {
    let name = "parrot"
    let takesStart = false
    let answer: Solution

    func solve(
      _ model: CompiledModel, options: SolveOptions, report: @escaping SolveReport
    ) async throws(BackendError) -> Solution { answer }
  }

  private func compare(
    _ instance: Instance, _ solvers: [any ModelSolver], _ formulations: [String] = ["layered"],
    gap: Double = 0
  ) async throws -> Comparison {
    let chosen = try formulations.map { try Kinds.splitting.formulation(named: $0) }
    return try await Kinds.splitting.compare(
      instance, formulations: chosen, solvers: solvers, budget: Budget(gap: gap))
  }

  @Test func theNativeMethodHasTheFirstRow() async throws {
    let comparison = try await compare(.contractExample(), [])
    #expect(comparison.rows.map(\.backend) == ["native", "native"] && comparison.agrees)
    #expect(comparison.rows.map(\.formulation) == ["layered", "paths"])
    #expect(comparison.rows[0].effort == nil && comparison.rows[0].timesReference == nil)
    guard case .optimal(let cost) = comparison.rows[0].result else {
      Issue.record("\(comparison.rows[0].result)")
      return
    }
    #expect(agree(cost, 0.050468096) && comparison.rows[0].agrees == true)
  }

  /// The solver saw only choices with which a plan can cost less than four shortest paths.
  @Test func aSolverThatSeesNoPlanDisagreesWithTheNativeMethod() async throws {
    let comparison = try await compare(
      .contractExample(), [Parrot(answer: Solution(termination: .infeasible))])
    #expect(!comparison.agrees && comparison.rows.map(\.agrees).last == false)
    #expect(
      comparison.rows[2].contradiction
        == "it says that no plan has less than 201.9 ms, but layered with native found a plan of 50.47 ms")
    #expect(comparison.rows[2].timesReference == 1)
  }

  @Test func aBoundAboveAPlanIsRefutedWithoutAnAnswer() async throws {
    let comparison = try await compare(
      .contractExample(), [Parrot(answer: Solution(termination: .limit(.time), bound: 1e9))])
    #expect(!comparison.agrees && comparison.rows[2].agrees == false)
    #expect(
      comparison.rows[2].contradiction?.contains("but layered with native found a plan of") == true,
      "\(comparison.rows[2])")
  }

  @Test func aRefusedFormulationHasARowForAllSolvers() async throws {
    var instance = Instance.contractExample()
    instance.network.links[2].bandwidth = 30e6
    let solvers = [Parrot(answer: Solution(termination: .limit(.time)))]
    let comparison = try await compare(instance, solvers + solvers, ["assignment", "layered"])
    #expect(comparison.rows.map(\.formulation) == ["layered", "paths", "assignment", "layered", "layered"])
    #expect(comparison.rows.map(\.backend) == ["native", "native", "-", "parrot", "parrot"])
    guard case .refused(let reason) = comparison.rows[2].result else {
      Issue.record("\(comparison.rows[2].result)")
      return
    }
    #expect(reason.contains("link") && comparison.rows[2].seconds == nil && comparison.rows[2].agrees == nil)
    #expect(comparison.agrees && comparison.rows[3].agrees == nil)
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func timesAreOverThoseOfTheReferenceWithTheSameSolver() async throws {
    let solvers = WorkerBackend.all.filter { Backends.built.contains($0.name) }
    let comparison = try await compare(.contractExample(), solvers, ["assignment", "layered"])
    for row in comparison.rows where row.backend != "native" {
      let reference = try #require(
        comparison.rows.first { $0.formulation == "layered" && $0.backend == row.backend }?.effort)
      let effort = try #require(row.effort)
      let times =
        (effort.buildSeconds + effort.solveSeconds) / (reference.buildSeconds + reference.solveSeconds)
      #expect(agree(try #require(row.timesReference), times), "\(row)")
    }
  }
}
