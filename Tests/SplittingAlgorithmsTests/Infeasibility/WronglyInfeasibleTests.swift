import Foundations
import LayerRoute
import LinearModels
import Networks
import Planning
import Problems
import Solvers
import Splitting
import SplittingFormulations
import Synchronization
import TestSupport
import Testing

@testable import SplittingAlgorithms

/// Backends that call an instance infeasible which has a plan: another backend, or the search for a conflict, finds it.
@Suite(.enabled(if: Backends.areThere, "needs a backend")) struct WronglyInfeasibleTests {
  /// Nine layers for three nodes of 100 B without a byte to spare: {50, 30, 20}, {47, 40, 13}, {61, 28, 11}.
  private static let packing: Instance = {
    let sizes = [20.0, 47, 28, 13, 61, 30, 11, 40, 50]
    let layers = sizes.enumerated().map {
      Layer(name: Name("l\($0)"), work: 1e6 * Double($0 % 3 + 1), output: 1e3, memory: $1)
    }
    let nodes = ["a", "b", "c"].enumerated().map {
      Node(id: $1, compute: 1e9 * Double($0 + 1), memory: 100)
    }
    return Instance.mesh(
      nodes, dnns: [DNN(name: "x", input: 100, layers: layers)],
      jobs: [Job(id: "j", dnn: 0, source: 0, target: 0)])
  }()

  /// Splitting by solvers alone, with more patience than usual, because other tests run at the same time.
  private static let patient = Kind<SplittingProblem>(
    evaluator: Kinds.splitting.evaluator,
    methods: [
      Method("patient", "solvers alone", promise: .exact, solvers: .formulations) { request in
        FirstSolver(Kinds.splitting, LayeredFormulation(), request, secondOpinion: 60) {
          await InfeasibilityReason.ofConflict($0, $1, $2, seconds: 600)
        }
      }
    ], text: Kinds.splitting.text, calibration: Kinds.splitting.calibration)

  private static var real: any ModelSolver {
    WorkerBackend.all.first { Backends.built.contains($0.name) } ?? WorkerBackend.cbc
  }

  private func solve(by solvers: [any ModelSolver]) async throws -> Answer<SplittingProblem> {
    // Nobody but a solver may find the plan, or know better.
    #expect(Self.packing.simpleReason == nil && ResidualRouting(Self.packing).outcome(seconds: 1).plan == nil)
    return try await Self.patient.solve(Self.packing, solvers: solvers)
  }

  @Test func theSearchForTheConflictFindsThePlan() async throws {
    let planner = ModelPlanner(Kinds.splitting, LayeredFormulation(), Self.real)
    let finding = await InfeasibilityReason.ofConflict(Self.packing, planner, Budget(), seconds: 600)
    guard case .refuted(let plan) = finding else {
      Issue.record("\(finding)")
      return
    }
    #expect(plan.plan.jobs[0].hosts.count == 9)
  }

  @Test func thePlanIsKept() async throws {
    let answer = try await solve(by: [Liar(Self.real)])
    #expect(answer.file.status == .feasible && answer.plan?.jobs.count == 1)
    guard case .wrongAnswer(let backend, let detail) = answer.failure else {
      Issue.record("\(String(describing: answer.failure))")
      return
    }
    #expect(
      backend == "liar with layered" && detail.hasPrefix("it calls the instance infeasible, but a plan of "))
  }

  @Test func anotherBackendIsAsked() async throws {
    let honest = try await solve(by: [Self.real])
    let answer = try await solve(by: [Liar(Self.real, isConsistent: true), Self.real])
    #expect(answer.file.status == .optimal && answer.failure == nil)
    #expect(answer.file.solver?.origin.backend == Self.real.name)
    #expect(
      answer.warnings.count == 1
        && answer.warnings[0].contains("it calls the instance infeasible, but a plan of "))
    let (value, optimum) = (answer.file.objective?.value ?? 0, honest.file.objective?.value ?? 1)
    #expect(abs(value - optimum) <= 1e-6 * optimum)
  }

  /// The second attempt of the same backend comes before another one.
  @Test func aBackendIsAskedAgainWithCaution() async throws {
    let honest = try await solve(by: [Self.real])
    let other = Counter(Self.real)
    let answer = try await solve(by: [Liar(Self.real, isCuredByCaution: true), Liar(Self.real), other])
    #expect(answer.file.status == .optimal && answer.failure == nil)
    #expect(answer.file.solver?.origin.backend == "liar" && other.calls == 0)
    #expect(answer.warnings.count == 2, "\(answer.warnings)")
    #expect(answer.warnings.first?.contains("it calls the instance infeasible, but a plan of ") == true)
    #expect(answer.warnings.last == "liar with layered answered again, without presolving and cuts")
    let (value, optimum) = (answer.file.objective?.value ?? 0, honest.file.objective?.value ?? 1)
    #expect(abs(value - optimum) <= 1e-6 * optimum)
  }

  @Test func twoBackendsThatAgreeAreBelieved() async throws {
    let instance = Instance.camera(edgeMemory: 60e6, jobs: [.detect(deadline: 0.06)])
    let (first, second) = (Counter(Self.real), Counter(Self.real))
    let answer = try await Kinds.splitting.solve(instance, solvers: [first, second])
    #expect(answer.file.status == .infeasible && answer.warnings.isEmpty)
    #expect(first.calls > 0 && second.calls > 0)
  }
}

/// Calls every model with costs infeasible, and passes on those that only ask for any plan, unless it is consistent; with
/// caution it may be honest.
private struct Liar: ModelSolver {
  private let solver: any ModelSolver

  private let isConsistent: Bool
  private let isCuredByCaution: Bool

  init(_ solver: any ModelSolver, isConsistent: Bool = false, isCuredByCaution: Bool = false) {
    self.solver = solver
    self.isConsistent = isConsistent
    self.isCuredByCaution = isCuredByCaution
  }

  var name: String { "liar" }
  var takesStart: Bool { solver.takesStart }

  func solve(
    _ model: CompiledModel, options: SolveOptions, report: @escaping SolveReport
  ) async throws(BackendError) -> Solution {
    if isCuredByCaution && options.isCautious {
      return try await solver.solve(model, options: options, report: report)
    }
    if isConsistent || model.objective.contains(where: { $0 != 0 }) {
      return Solution(termination: .infeasible)
    }
    return try await solver.solve(model, options: options, report: report)
  }
}

/// Counts how often a solver is asked.
private final class Counter: ModelSolver {
  private let solver: any ModelSolver
  private let count = Mutex(0)

  init(_ solver: any ModelSolver) { self.solver = solver }

  var calls: Int { count.withLock { $0 } }
  var name: String { solver.name }
  var takesStart: Bool { solver.takesStart }

  func solve(
    _ model: CompiledModel, options: SolveOptions, report: @escaping SolveReport
  ) async throws(BackendError) -> Solution {
    count.withLock { $0 += 1 }
    return try await solver.solve(model, options: options, report: report)
  }
}
