import Documents
import LayerRoute
import Planning
import Problems
import Splitting
import SplittingChecking
import TestSupport
import Testing

/// Nothing that a plan's file says goes unchecked.
@Suite struct PlanVerificationTests {
  @Test(arguments: Coupling.allCases)
  func everyNumberIsCompared(_ coupling: Coupling) async throws {
    var changes = 0
    for seed in UInt64(0)..<20 {
      let instance = Instance.random(seed: seed, coupling)
      guard let answer = try? await Kinds.splitting.solve(instance), answer.cost > 0, answer.plan != nil
      else { continue }
      #expect(try findings(answer.file.jsonValue, instance).isEmpty, "\(coupling) seed \(seed)")
      for (place, changed) in answer.file.jsonValue.withEachNumberChanged() {
        // Nobody but the solver knows how long it took, and a file of another version is none.
        if place == ".solver.seconds" || place == ".layerroute" { continue }
        changes += 1
        #expect(try !findings(changed, instance).isEmpty, "\(coupling) seed \(seed): \(place)")
      }
    }
    #expect(changes > 100, "\(changes)")
  }

  @Test func whatIsWrongIsNamedWithItsPlace() throws {
    let changes = try contractFile().jsonValue.withEachNumberChanged()
    let changed = try #require(changes.last { $0.place == ".jobs[0].waiting" })
    let found = try findings(changed.value, .contractExample())
    #expect(found.count == 1 && found[0].hasPrefix("job \"detect\": waiting is stated as 0.00"), "\(found)")
  }

  /// The certificate is sound, and proves the bound of a better plan.
  @Test func aWorsePlanUnderTheCertificateOfABetterOneFails() async throws {
    var instance = Instance.contractExample()
    // At ten requests a second the camera could not run both layers.
    instance.jobs[0].rate = 1
    let best = try await Kinds.splitting.solve(instance, SolveRequest(certificate: true))
    let worse = Plan(jobs: [JobPlan(hosts: [0, 0], routes: [[0], [0], [0]])])
    let known = try #require(KnownPlan(worse, Evaluator(instance).assess(worse)))
    #expect(known.cost > best.cost * 2)
    var file = Kinds.splitting.file(of: known)
    file.certificate = best.file.certificate
    file.status = .optimal
    file.objective = PlanFile.ObjectiveReport(kind: "total", value: known.cost, bound: known.cost, gap: 0)
    let forged = try PlanVerification(file, of: instance, Kinds.splitting)
    #expect(
      forged.findings == [
        "the plan calls itself optimal with the value 132 ms, but its certificate proves only 50.47 ms"
      ])
    // It is a plan, and the bound is one.
    file.status = .feasible
    file.objective?.bound = best.cost
    file.objective?.gap = (known.cost - best.cost) / known.cost
    let honest = try PlanVerification(file, of: instance, Kinds.splitting)
    #expect(honest.findings.isEmpty && honest.provenBound == best.cost, "\(honest.findings)")
  }

  /// Multipliers need not prove all of an optimum, which a solver has proved otherwise.
  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func anOptimumMayStandUnderMultipliersThatProveLess() async throws {
    let instance = Instance.demo()
    var answer = try await Kinds.splitting.solve(instance)
    answer.file.certificate = Certificate(bound: 0, proof: .multipliers(.init())).jsonValue
    let check = try PlanVerification(answer.file, of: instance, Kinds.splitting)
    #expect(answer.file.status == .optimal && check.findings.isEmpty, "\(check.findings)")
    #expect(try #require(check.provenBound) < answer.cost * 0.99)
  }

  private func contractFile() throws -> PlanFile {
    let instance = Instance.contractExample()
    let plan = Plan(jobs: [.contractExample])
    let known = try #require(KnownPlan(plan, Evaluator(instance).assess(plan)))
    var file = Kinds.splitting.file(of: known)
    file.objective = PlanFile.ObjectiveReport(kind: "total", value: known.cost, bound: known.cost, gap: 0)
    return file
  }

  private func findings(_ file: JSONValue, _ instance: Instance) throws -> [String] {
    let text = JSONWriter.text(of: file)
    let document = try Document.parse(Array(text.utf8), format: .json, file: "plan")
    return try PlanVerification(document, of: instance, Kinds.splitting).findings
  }
}

extension JSONValue {
  /// Copies in each of which one number is larger or smaller by more than the tolerance, with its place.
  fileprivate func withEachNumberChanged() -> [(place: String, value: JSONValue)] {
    switch self {
    case .number(let number):
      return [number * 1.01 + 1e-5, number * 0.99 - 1e-5].map { ("", .number($0)) }
    case .array(let elements):
      return elements.indices.flatMap { index in
        elements[index].withEachNumberChanged().map { place, value in
          var copy = elements
          copy[index] = value
          return ("[\(index)]\(place)", .array(copy))
        }
      }
    case .object(let members):
      return members.indices.flatMap { index in
        members[index].value.withEachNumberChanged().map { place, value in
          var copy = members
          copy[index].value = value
          return (".\(members[index].key)\(place)", .object(copy))
        }
      }
    case .null, .boolean, .string: return []
    }
  }
}
