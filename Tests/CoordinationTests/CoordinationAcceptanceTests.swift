import Foundation
import LayerRoute
import TestSupport
import Testing

// Skipped where the samples are absent: they are no part of the repository.
@Suite(.enabled(if: CoordinationSamples.folder != nil, "the folder of acceptance samples is absent"))
struct CoordinationAcceptanceTests {
  @Test func thereAreSamples() { #expect(!CoordinationSamples.all.isEmpty) }

  @Test(.enabled(if: Backends.areThere, "needs a backend"), arguments: CoordinationSamples.all)
  func solvingGivesWhatIsExpected(_ sample: CoordinationSamples.Sample) async throws {
    let instance = try sample.instance()
    for (method, expected) in [("exact", sample.value), ("own", sample.own)] {
      let answer = try await Kinds.coordination.solve(instance, SolveRequest(method: method))
      #expect(abs(-answer.cost - expected) <= 1e-6 * expected, "\(sample), \(method): \(-answer.cost)")
    }
    let search = try await Kinds.coordination.solve(instance, SolveRequest(method: "search"))
    #expect(-search.cost <= sample.value * (1 + 1e-6), "\(sample)")
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"), arguments: CoordinationSamples.all)
  func comparisonsAgree(_ sample: CoordinationSamples.Sample) async throws {
    let solvers = WorkerBackend.all.filter { Backends.built.contains($0.name) }
    let comparison = try await Kinds.coordination.compare(
      try sample.instance(), formulations: Kinds.coordination.formulations, solvers: solvers, budget: Budget()
    )
    #expect(comparison.agrees, "\(sample)")
  }

  @Test(arguments: CoordinationSamples.all)
  func plansOfOthersHold(_ sample: CoordinationSamples.Sample) throws {
    let plan = try Document.read(file: "\(CoordinationSamples.folder ?? "")/\(sample.plan)")
    let verification = try PlanVerification(plan, of: sample.instance(), Kinds.coordination)
    #expect(verification.findings.isEmpty, "\(sample): \(verification.findings)")
  }
}

enum CoordinationSamples {
  static let folder: String? = AcceptanceSamples.folder.map { $0 + "/coordination" }.flatMap {
    FileManager.default.fileExists(atPath: $0) ? $0 : nil
  }

  struct Sample: Decodable, Sendable, CustomStringConvertible {
    let file: String
    let value: Double
    /// The value of the method `own`.
    let own: Double
    let plan: String

    var description: String { file }

    func instance() throws -> CoordinationInstance {
      try CoordinationProblem.instance(
        from: Document.read(file: "\(CoordinationSamples.folder ?? "")/\(file)"))
    }
  }

  static let all: [Sample] = {
    struct Expected: Decodable { let instances: [Sample] }
    guard let folder, let data = FileManager.default.contents(atPath: folder + "/expected.json") else {
      return []
    }
    return (try? JSONDecoder().decode(Expected.self, from: data))?.instances ?? []
  }()
}
