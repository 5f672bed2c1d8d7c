import Documents
import Foundations
import Problems
import Queues
import QueuesChecking
import Splitting
import TestSupport
import Testing

@testable import QueuesAlgorithms

/// Queues as a kind of problem: methods on ledgers, files of schedules, assessments.
@Suite struct KindTests {
  private static let methods = ScheduleMethods.all { _ in "the reason" }

  private func solve(
    _ instance: QueueInstance, _ method: Method<QueueProblem>,
    _ parameters: ParameterValues = ParameterValues()
  ) async throws -> (ledger: Ledger<QueueProblem>, conclusion: Conclusion) {
    let evaluator = ScheduleEvaluator(instance)
    let ledger = Ledger<QueueProblem>(
      objective: QueueProblem.objective(of: instance), assess: { evaluator.assess($0) })
    let planner = try method.planner(MethodRequest(solvers: [], parameters: parameters))
    return (ledger, try await planner.run(SolveTask(instance, Budget(), ledger)))
  }

  private func method(_ name: String) throws -> Method<QueueProblem> {
    try #require(Self.methods.first { $0.name == name })
  }

  private let tiny = instance(
    network([1, 2], [(0, 1, latency: 0.5)]), [local([1, 2]), local([2], release: 1, weight: 3), local([1])])

  @Test(arguments: methods.map(\.name), Discipline.allCases)
  func everyMethodLeavesAScheduleAndABound(_ name: String, _ discipline: Discipline) async throws {
    let asked = QueueInstance(tiny, discipline: discipline, objective: .mean)
    let (ledger, conclusion) = try await solve(asked, try method(name))
    let best = try #require(ledger.best)
    #expect(ledger.bound > 0 && ledger.bound <= best.cost * (1 + 1e-9), "\(ledger.bound), \(best.cost)")
    #expect(ledger.finder == Origin(method: name))
    guard case .open = conclusion else { throw Failure("\(conclusion)") }
    if name == "exact" {
      #expect(ledger.bound == best.cost && ledger.prover.method == "exact" && ledger.gap == 0)
    } else {
      #expect(ledger.prover.method == "alone")
    }
  }

  /// The files are read as they were written, and the evaluator computes the numbers in them.
  @Test(arguments: Discipline.allCases, ScheduleObjective.allCases)
  func filesAreReadAsTheyWereWritten(_ discipline: Discipline, _ objective: ScheduleObjective) async throws {
    var splitting = tiny
    splitting.jobs[0].deadline = 1
    let asked = QueueInstance(splitting, discipline: discipline, objective: objective)
    let (ledger, _) = try await solve(asked, try method("greedy"))
    let answer = Answer(ledger, of: asked, by: ledger.finder, seconds: ledger.secondsToBest)
    let text = ScheduleFile(answer).json()
    let document = try Document.parse(Array(text.utf8), format: .json, file: "schedule")
    #expect(QueueProblem.claims(document))
    #expect(try QueueProblem.instance(QueueInstance(splitting), askedIn: document) == asked)
    let head = try QueueProblem.head(of: document)
    #expect(head.status == answer.file.status && head.objective == answer.file.objective)
    #expect(head.solver?.origin.method == "greedy" && head.solver?.seconds == answer.secondsToBest)
    let stated = try QueueProblem.plan(in: document, of: asked)
    let schedule = try #require(stated.plan, "\(stated.findings)")
    #expect(schedule == ledger.best?.plan)
    let assessment = ScheduleEvaluator(asked).assess(schedule)
    #expect(assessment.isFeasible && assessment.cost == head.objective?.value)
    let again = JSONWriter.text(of: .object(assessment.report()))
    #expect(again == JSONWriter.text(of: .object(answer.file.body)))
    for key in ["order", "jobs"] { #expect(document.member(key, of: Document.root) != nil) }
    #expect(text.contains("\"guarantee\"") == (discipline == .preemptive))
    #expect(text.contains("\"deadline\": \"missed\""))
  }

  /// Without status, objective and times.
  @Test func aScheduleMadeByHandNeedsOnlyItsPlan() throws {
    let document = try parse(
      #"""
      {"layerroute": 1, "objective": {"kind": "mean"}, "order": ["j1", "j0"], "jobs": [
        {"id": "j0", "hosts": ["n0"], "routes": [["n0"], ["n0"]]},
        {"id": "j1", "hosts": ["n0"], "routes": [["n0"], ["n0"]]}]}
      """#)
    let pair = QueueInstance(instance(network([1]), [local([1]), local([2])]))
    let asked = try QueueProblem.instance(pair, askedIn: document)
    #expect(asked.discipline == .preemptive && asked.objective == .mean)
    let head = try QueueProblem.head(of: document)
    #expect(head.status == .feasible && head.objective == nil && head.solver == nil)
    let schedule = try #require(try QueueProblem.plan(in: document, of: asked).plan)
    #expect(ScheduleEvaluator(asked).assess(schedule).cost == 2.5)
  }

  @Test(arguments: [
    (#"["j0"]"#, #""j0""#, #"["n0"]"#, "nothing for job"),
    (#"["j0", "j0"]"#, #""j0""#, #"["n0"]"#, "the order must name every job once"),
    (#"["j0", "j7"]"#, #""j0""#, #"["n0"]"#, "the order must name every job once"),
    (#"["j0", "j1"]"#, #""j7""#, #"["n0"]"#, "no job \"j7\""),
    (#"["j0", "j1"]"#, #""j1""#, #"["n9"]"#, "no node \"n9\""),
  ])
  func schedulesOfOtherInstancesAreFindings(
    _ order: String, _ job: String, _ hosts: String, _ words: String
  ) throws {
    let document = try parse(
      """
      {"layerroute": 1, "order": \(order), "jobs": [
        {"id": "j0", "hosts": ["n0"], "routes": [["n0"], ["n0"]]},
        {"id": \(job), "hosts": \(hosts), "routes": [["n0"], ["n0"]]}]}
      """)
    let pair = QueueInstance(instance(network([1]), [local([1]), local([2])]))
    let stated = try QueueProblem.plan(in: document, of: pair)
    #expect(stated.plan == nil && stated.findings.contains { $0.contains(words) }, "\(stated.findings)")
  }

  @Test func filesOfOtherKindsAreNoSchedules() throws {
    #expect(!QueueProblem.claims(try parse(#"{"layerroute": 1, "jobs": []}"#)))
    #expect(!QueueProblem.claims(try parse(#"{"layerroute": 1, "problem": "batching", "order": []}"#)))
    #expect(QueueProblem.claims(try parse(#"{"layerroute": 1, "problem": "queues", "order": []}"#)))
    #expect(SplittingProblem.claims(try parse(#"{"layerroute": 1, "jobs": []}"#)))
    #expect(!SplittingProblem.claims(try parse(#"{"layerroute": 1, "problem": "queues", "order": []}"#)))
    #expect(throws: InputError.self) {
      try QueueProblem.head(of: try parse(#"{"layerroute": 1, "problem": "batching", "order": []}"#))
    }
  }

  @Test func schedulesThatCannotBeCarriedOutAreViolations() {
    let far = instance(network([1, 1]), [local([1]), local([1])])
    let here = JobPlan(hosts: [0], routes: [[0], [0]])
    let there = JobPlan(hosts: [1], routes: [[0, 1], [1, 0]])
    let schedule = Schedule(plan: Plan(jobs: [here, there]), order: [1, 0])
    let assessment = ScheduleEvaluator(QueueInstance(far)).assess(schedule)
    #expect(!assessment.canBeCarriedOut && assessment.violations.contains { $0.contains("no link") })
    var full = instance(network([1]), [local([1])])
    full.network.nodes[0].memory = 1
    full.dnns[0].layers[0].memory = 2
    full.jobs[0].deadline = 0.5
    let one = ScheduleEvaluator(QueueInstance(full)).assess(Schedule(plan: Plan(jobs: [here]), order: [0]))
    #expect(one.canBeCarriedOut && one.violations.count == 1 && one.violations[0].contains("memory"))
  }

  /// Gaps, and what contradicts a bound, count from the value that jobs without time would have.
  @Test func gapsCountFromTheReleases() throws {
    let late = QueueInstance(instance(network([1]), [local([1], release: 1e6)]))
    let evaluator = ScheduleEvaluator(late)
    let objective = QueueProblem.objective(of: late)
    #expect(objective.origin == 1e6 && objective.gap(value: 1e6 + 2, bound: 1e6 + 1) == 0.5)
    let ledger = Ledger<QueueProblem>(objective: objective, assess: { evaluator.assess($0) })
    ledger.offer(
      Schedule(plan: Plan(jobs: [JobPlan(hosts: [0], routes: [[0], [0]])]), order: [0]), by: Origin())
    #expect(throws: Never.self) { try ledger.raise(to: 1e6 + 1, by: Origin(method: "alone")) }
    #expect(throws: PlanningError.self) { try ledger.raise(to: 1e6 + 1.5, by: Origin(method: "balance")) }
    #expect(ledger.prover.method == "alone" && ledger.bound == 1e6 + 1)
  }

  @Test func jobsThatCannotBeServedHaveAReason() async throws {
    var far = instance(network([1, 1]), [local([1])])
    far.jobs[0].target = 1
    let (ledger, conclusion) = try await solve(QueueInstance(far), try method("greedy"))
    guard case .infeasible(let reason, let origin) = conclusion else { throw Failure("\(conclusion)") }
    #expect(reason == "the reason" && origin.method == "greedy" && ledger.best == nil)
  }

  @Test func timeLimitsStopSearches() async throws {
    let many = Array(repeating: local([1, 2, 3]), count: 12).enumerated().map { index, job in
      (job.0, Job(id: "", dnn: 0, source: 0, target: 0, release: Double(index) / 8))
    }
    let large = QueueInstance(
      instance(
        network([1, 1.5, 2], [(0, 1, latency: 0.1), (1, 2, latency: 0.1), (0, 2, latency: 0.3)]), many))
    var values = ParameterValues()
    values["timeLimit"] = .number(0.05)
    for name in ["exact", "anneal"] {
      values["steps"] = .integer(100_000_000)
      let (ledger, conclusion) = try await solve(large, try method(name), values)
      guard case .stopped = conclusion else { throw Failure("\(name): \(conclusion)") }
      #expect(ledger.best != nil && ledger.bound > 0, "\(name)")
    }
  }

  @Test func ordersAreGivenById() async throws {
    var instance = tiny
    instance.jobs[0].id = "a,b"
    var values = ParameterValues()
    values["order"] = .names(["j2,j1", "a,b"])
    let (ledger, _) = try await solve(QueueInstance(instance), try method("sequential"), values)
    #expect(ledger.best?.plan.order == [2, 1, 0])
    for (order, words) in [(["j1"], "each of the 3 jobs"), (["j9"], "no job \"j9\"")] {
      values["order"] = .names(order)
      await #expect {
        try await solve(QueueInstance(instance), try method("sequential"), values)
      } throws: {
        "\($0)".contains(words)
      }
    }
  }

  @Test func parametersHaveRanges() throws {
    let anneal = try method("anneal").parameters
    func parameter(_ name: String) throws -> Parameter {
      try #require(anneal.first { $0.name == name })
    }
    #expect(try parameter("cooling").value(of: "1") == .number(1))
    #expect(try parameter("seed").value(of: "18446744073709551615") == .seed(.max))
    for (name, value) in [
      ("cooling", "0"), ("cooling", "1.5"), ("acceptance", "1"), ("steps", "-1"), ("seeds", "0"),
      ("timeLimit", "-1"),
    ] {
      #expect(throws: ParameterError.self, "\(name)") { try parameter(name).value(of: value) }
    }
  }

  private func parse(_ text: String) throws -> Document {
    try Document.parse(Array(text.utf8), format: .json, file: "schedule")
  }

  private struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }
}
