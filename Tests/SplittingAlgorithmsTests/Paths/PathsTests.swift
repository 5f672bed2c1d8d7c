import Foundations
import LayerRoute
import Networks
import Splitting
import TestSupport
import Testing

@testable import SplittingAlgorithms

/// The method `paths` against enumeration.
@Suite(
  .enabled(if: !Backends.built.filter(["cbc", "glpk"].contains).isEmpty, "needs a backend with LP sessions"))
struct PathsTests {
  private static let sessions = FirstSessionSource(WorkerBackend.sessionSources)

  @Test(arguments: Coupling.allCases, ObjectiveKind.allCases)
  func itReachesTheOptimumOfEnumeration(_ coupling: Coupling, _ objective: ObjectiveKind) async throws {
    var (proved, feasible) = (0, 0)
    for seed in UInt64(0)..<60 {
      var instance = Instance.random(seed: seed, coupling)
      instance.options.objective = objective
      let expected = BruteForce(instance).optimum()
      let answer = try await Kinds.splitting.solve(instance, SolveRequest(method: "paths"))
      let context = "\(coupling) \(objective) seed \(seed)"
      #expect(answer.warnings.isEmpty, "\(context): \(answer.warnings)")
      guard let expected else {
        #expect(answer.file.status == .infeasible, "\(context): \(answer.file.status), but there is no plan")
        continue
      }
      feasible += 1
      #expect(
        answer.bound ?? 0 <= expected * (1 + 1e-6), "\(context): bound \(answer.bound ?? 0), \(expected)")
      guard answer.file.status == .optimal else { continue }
      proved += 1
      #expect(agree(answer.cost, expected), "\(context): \(answer.cost), enumeration \(expected)")
      let check = try PlanVerification(answer.file, of: instance, Kinds.splitting)
      #expect(check.findings.isEmpty, "\(context): \(check.findings)")
    }
    #expect(feasible > 30 && proved >= feasible - feasible / 20, "\(coupling): \(proved) of \(feasible)")
  }

  /// A run that is stopped at any moment has a bound that holds: after each round of column generation.
  @Test(arguments: [Coupling.memory, .computeLoad, .linkLoad, .deadline, .together])
  func everyBoundOnTheWayHolds(_ coupling: Coupling) throws {
    var rounds = 0
    for seed in UInt64(0)..<40 {
      let instance = Instance.random(seed: seed, coupling)
      guard let expected = BruteForce(instance).optimum() else { continue }
      let paths = PathInstance(ResidualRouting(instance), instance.options.objective)
      var generation = ColumnGeneration(
        paths, try Self.sessions.openSession(), artificialCost: 100 * max(expected, paths.unit), .never)
      var last = -Double.infinity
      _ = try generation.run(target: .infinity) { bound in
        #expect(bound <= expected * (1 + 1e-9), "\(coupling) seed \(seed): \(bound), enumeration \(expected)")
        #expect(bound >= last, "\(coupling) seed \(seed): the bound falls")
        last = bound
        rounds += 1
      }
    }
    #expect(rounds > 15, "\(coupling): \(rounds)")
  }

  @Test func whatItCannotExpressIsRefusedWithTheReason() async throws {
    var peaks = Instance.random(seed: 1, .memory)
    for dnn in peaks.dnns.indices where !peaks.dnns[dnn].layers.isEmpty {
      peaks.dnns[dnn].layers[0].activations = 1e6
    }
    await #expect {
      _ = try await Kinds.splitting.solve(peaks, SolveRequest(method: "paths"))
    } throws: {
      "\($0)".contains("activations")
    }
  }
}
