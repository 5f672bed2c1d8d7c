import Foundations
import Networks
import Splitting
import SplittingChecking
import TestSupport
import Testing

@Suite struct EvaluatorTests {
  @Test func theContractsExampleCostsWhatTheContractSays() {
    let evaluation = Evaluator(.contractExample()).evaluate(Plan(jobs: [.contractExample]))
    #expect(evaluation.violations == [])
    let parts = evaluation.jobs[0]
    #expect(agree(parts.latency, 0.050468096))
    #expect(agree(parts.compute, 0.042004096))
    #expect(agree(parts.transfer, 0.003264))
    #expect(agree(parts.propagation, 0.0024))
    #expect(agree(parts.waiting, 0.0028))
    #expect(evaluation.objective(.total) == parts.latency)
    #expect(evaluation.objective(.max) == parts.latency)
  }

  @Test func measuredTimesReplaceComputedOnes() {
    let plan = JobPlan(hosts: [0, 0], routes: [[0], [0], [0]])
    let evaluation = Evaluator(.contractExample()).evaluate(Plan(jobs: [plan]))
    #expect(agree(evaluation.jobs[0].latency, 0.042 + 0.09))
    #expect(evaluation.jobs[0].waiting == 0)
  }

  // MARK: Waiting

  /// Layers on b, b, a, b: one run of two, and one after coming back.
  private func comeBack(_ waiting: WaitingPolicy) -> LatencyParts {
    let nodes = [Node(id: "a", compute: 1e9), Node(id: "b", compute: 1e9, backlog: 2e6)]
    let links = [
      Link(tail: 0, head: 1, bandwidth: 1e9, backlog: 1000), Link(tail: 1, head: 0, bandwidth: 1e9),
    ]
    let layers = (1...4).map { Layer(name: Name("l\($0)"), work: 1e6, output: 0) }
    let instance = Instance(
      network: Network(nodes: nodes, links: links), dnns: [DNN(name: "d", input: 0, layers: layers)],
      jobs: [Job(id: "j", dnn: 0, source: 0, target: 0)], options: Options(waiting: waiting))
    let plan = JobPlan(hosts: [1, 1, 0, 1], routes: [[0, 1], [1], [1, 0], [0, 1], [1, 0]])
    let evaluation = Evaluator(instance).evaluate(Plan(jobs: [plan]))
    #expect(evaluation.isFeasible)
    return evaluation.jobs[0]
  }

  @Test func underVisitEachRunOnAHostWaitsOnceAndAgainAfterComingBack() {
    // The link from a to b is crossed twice and waits 8 us each time.
    #expect(agree(comeBack(.visit).waiting, 2 * 2e-3 + 2 * 8e-6))
  }

  @Test func underLayerEachLayerWaits() {
    #expect(agree(comeBack(.layer).waiting, 3 * 2e-3 + 2 * 8e-6))
  }

  // MARK: Objectives

  @Test func theObjectivesWeighTheJobs() {
    var instance = Instance.contractExample()
    instance.jobs.append(instance.jobs[0])
    instance.jobs[0].weight = 3
    instance.jobs[1].id = "other"
    instance.jobs[1].weight = 0.5
    let stay = JobPlan(hosts: [0, 0], routes: [[0], [0], [0]])
    let evaluation = Evaluator(instance).evaluate(Plan(jobs: [.contractExample, stay]))
    #expect(agree(evaluation.objective(.total), 3 * 0.050468096 + 0.5 * 0.132))
    #expect(agree(evaluation.objective(.max), 3 * 0.050468096))
  }

  @Test func noJobsAreWorthNothing() {
    var instance = Instance.contractExample()
    instance.jobs = []
    let evaluation = Evaluator(instance).evaluate(Plan(jobs: []))
    #expect(evaluation.isFeasible)
    #expect(evaluation.objective(.total) == 0)
    #expect(evaluation.objective(.max) == 0)
  }

  // MARK: Violations

  @Test(arguments: [
    // Too few hosts, too few routes, a route that starts or ends elsewhere, one that is empty.
    JobPlan(hosts: [0], routes: [[0], [0, 2, 1], [1, 2, 0]]),
    JobPlan(hosts: [0, 1], routes: [[0], [0, 2, 1]]),
    JobPlan(hosts: [0, 1], routes: [[0], [2, 1], [1, 2, 0]]),
    JobPlan(hosts: [0, 1], routes: [[0], [0, 2], [1, 2, 0]]),
    JobPlan(hosts: [0, 1], routes: [[0], [], [1, 2, 0]]),
    // A missing link, a node passed twice, a closed walk in place of staying.
    JobPlan(hosts: [0, 1], routes: [[0], [0, 1], [1, 2, 0]]),
    JobPlan(hosts: [0, 1], routes: [[0], [0, 2, 0, 2, 1], [1, 2, 0]]),
    JobPlan(hosts: [0, 1], routes: [[0, 2, 0], [0, 2, 1], [1, 2, 0]]),
    // A host that the job does not allow, one that cannot compute.
    JobPlan(hosts: [1, 1], routes: [[0, 2, 1], [1], [1, 2, 0]]),
    JobPlan(hosts: [0, 2], routes: [[0], [0, 2], [2, 0]]),
  ])
  func whatIsNoPlanIsAViolationOfStructure(_ plan: JobPlan) {
    let evaluation = Evaluator(.contractExample()).evaluate(Plan(jobs: [plan]))
    #expect(!evaluation.isFeasible)
    #expect(evaluation.violations.allSatisfy { $0.kind == .structure }, "\(evaluation.violations)")
    #expect(evaluation.violations.allSatisfy { $0.text.contains("detect") }, "\(evaluation.violations)")
  }

  @Test func aLayerRunsOnlyWhereItsTimeIsDefined() {
    var instance = Instance.contractExample()
    instance.jobs[0].hosts = []
    // Measured times and no work: only where it was measured.
    instance.dnns[0].layers[1].work = nil
    #expect(kinds(instance, .contractExample) == [.structure])
    // Neither: in no time, on every node that computes, and on no other.
    instance.dnns[0].layers[1].times = []
    let evaluation = Evaluator(instance).evaluate(Plan(jobs: [.contractExample]))
    #expect(evaluation.isFeasible)
    #expect(agree(evaluation.jobs[0].compute, 0.042))
    #expect(kinds(instance, JobPlan(hosts: [0, 2], routes: [[0], [0, 2], [2, 0]])) == [.structure])
  }

  @Test func aLayersOwnHostsReplaceThoseOfTheStar() {
    var instance = Instance.contractExample()
    instance.jobs[0].hosts = [HostRule(layer: nil, nodes: [0]), HostRule(layer: 1, nodes: [1])]
    #expect(kinds(instance, .contractExample) == [])
    #expect(kinds(instance, JobPlan(hosts: [0, 0], routes: [[0], [0], [0]])) == [.structure])
  }

  /// A limit and what the plan uses of it, set relative to each other.
  enum Limit: String, CaseIterable { case memory, computeLoad, linkLoad, deadline }

  @Test(arguments: Limit.allCases)
  func aConstraintHoldsUpToARelativeMillionthAndNotBeyond(_ limit: Limit) {
    #expect(kinds(limited(limit, excess: 0), .contractExample) == [])
    #expect(kinds(limited(limit, excess: 0.99e-6), .contractExample) == [])
    let beyond = kinds(limited(limit, excess: 1.01e-6), .contractExample)
    let expected: Violation.Kind =
      switch limit {
      case .memory: .memory
      case .computeLoad: .computeLoad
      case .linkLoad: .linkLoad
      case .deadline: .deadline
      }
    #expect(beyond == [expected])
  }

  @Test(arguments: [
    (Limit.memory, 0.25, "memory: node \"edge\" hosts 16 MB, but has 12.8 MB of memory"),
    (.memory, 2e-6, "memory: node \"edge\" hosts 16 MB, but has 15.99997 MB of memory"),
    (.computeLoad, 0.3, "compute load: node \"camera\" would have 1.3 s of work a second"),
    (
      .linkLoad, 0.6,
      "link load: the link from node \"switch\" to node \"edge\" would carry 1.6 Mbit/s, but has 1 Mbit/s"
    ),
    (.deadline, 0.009_361_92, "deadline: job \"detect\" takes 50.47 ms, but its deadline is 50 ms"),
  ])
  func aBrokenConstraintIsSaidInRoundedFigures(_ limit: Limit, _ excess: Double, _ text: String) {
    let evaluation = Evaluator(limited(limit, excess: excess)).evaluate(Plan(jobs: [.contractExample]))
    #expect(evaluation.violations.map(\.description) == [text])
  }

  /// The example with one limit that its plan exceeds by that share.
  private func limited(_ limit: Limit, excess: Double) -> Instance {
    var instance = Instance.contractExample()
    let factor = 1 + excess
    switch limit {
    case .memory: instance.network.nodes[1].memory = 16e6 / factor
    case .computeLoad:
      instance.jobs[0].rate = factor / 0.042
      for link in instance.network.links.indices { instance.network.links[link].bandwidth = 1e12 }
    case .linkLoad:
      instance.jobs[0].rate = 1
      // 200 kB a second towards the edge server.
      instance.network.links[2].bandwidth = 1.6e6 / factor
      instance.jobs[0].deadline = nil
    case .deadline: instance.jobs[0].deadline = 0.050468096 / factor
    }
    return instance
  }

  @Test func jobsShareWhatCouplesThem() {
    var instance = Instance.contractExample()
    instance.jobs.append(instance.jobs[0])
    instance.jobs[1].id = "other"
    instance.network.nodes[1].memory = 31e6
    let evaluation = Evaluator(instance).evaluate(Plan(jobs: [.contractExample, .contractExample]))
    #expect(evaluation.violations.map(\.kind) == [.memory])
    #expect(evaluation.violations.first?.text.contains("edge") == true)
  }

  private func kinds(_ instance: Instance, _ plan: JobPlan) -> [Violation.Kind] {
    Evaluator(instance).evaluate(Plan(jobs: [plan])).violations.map(\.kind)
  }
}
