import Foundation
import LayerRoute
import TestSupport
import Testing

// Skipped where the samples are absent: they are no part of the repository.
@Suite(.enabled(if: AcceptanceSamples.folder != nil, "the folder of acceptance samples is absent"))
struct AcceptanceTests {
  private struct Sample: Decodable {
    let file: String
    let optimum: Double
    let scheduled: Int
    let noExits: Double
    let bestShelf: Double?
    let bestShelfExits: Double?
    let plan: String

    private enum CodingKeys: String, CodingKey {
      case file, optimum, scheduled, plan
      case noExits = "no_exits"
      case bestShelf = "best-shelf"
      case bestShelfExits = "best-shelf-exits"
    }
  }

  private static var folder: String { (AcceptanceSamples.folder ?? "") + "/batching/" }

  private static func samples() throws -> [Sample] {
    struct Expected: Decodable { let instances: [Sample] }
    let data = try Data(contentsOf: URL(filePath: folder + "expected.json"))
    return try JSONDecoder().decode(Expected.self, from: data).instances
  }

  private func value(_ instance: BatchingInstance, _ method: String) async throws -> Double? {
    try await Kinds.batching.solve(instance, SolveRequest(method: method), solvers: []).file.objective?.value
  }

  @Test func solvingGivesWhatIsExpected() async throws {
    for sample in try Self.samples() {
      let instance = try BatchingProblem.instance(from: Document.read(file: Self.folder + sample.file))
      let answer = try await Kinds.batching.solve(instance, solvers: [])
      #expect(
        answer.file.objective?.value == sample.optimum && answer.file.status == .optimal, "\(sample.file)")
      #expect(answer.plan?.exits.count { $0 != nil } == sample.scheduled, "\(sample.file)")
      if let expected = sample.bestShelf {
        #expect(try await value(instance, "best-shelf") == expected, "\(sample.file)")
      }
      if let expected = sample.bestShelfExits {
        #expect(try await value(instance, "best-shelf-exits") == expected, "\(sample.file)")
      }
      var late = instance
      for user in late.users.indices where late.firstExit(of: user) != nil {
        late.users[user].need = .exit(late.blocks.count - 1)
      }
      #expect(try await value(late, "exact") == sample.noExits, "\(sample.file)")
    }
  }

  @Test func plansOfOthersHold() throws {
    for sample in try Self.samples() {
      let instance = try BatchingProblem.instance(from: Document.read(file: Self.folder + sample.file))
      let plan = try Document.read(file: Self.folder + sample.plan)
      let findings = try PlanVerification(plan, of: instance, Kinds.batching).findings
      #expect(findings.isEmpty, "\(sample.file): \(findings)")
    }
  }
}
