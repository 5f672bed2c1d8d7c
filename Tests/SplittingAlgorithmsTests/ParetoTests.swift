import Foundations
import LayerRoute
import Networks
import Planning
import Problems
import Solvers
import Splitting
import TestSupport
import Testing

@testable import LinearModels

/// Values against numbers of hosts, against the enumeration of all hosts.
@Suite(.enabled(if: Backends.areThere, "needs a backend")) struct ParetoTests {
  @Test(arguments: Coupling.allCases)
  func theFrontIsThatOfEnumeration(_ coupling: Coupling) async throws {
    var plans = 0
    for seed in UInt64(0)..<40 {
      let instance = Instance.small(seed: seed, coupling)
      guard instance.placeCount <= 4 else { continue }
      plans += try await check(instance, SolveRequest(), "\(coupling) seed \(seed)")
    }
    #expect(plans > 12, "\(plans)")
  }

  @Test(arguments: MachineFamily.allCases)
  func thatOfMachinesIsAsWell(_ family: MachineFamily) async throws {
    var plans = 0
    for seed in UInt64(0)..<20 {
      let instance = Instance.machines(family, seed: seed)
      guard instance.placeCount <= 4 else { continue }
      plans += try await check(instance, SolveRequest(), "\(family) seed \(seed)")
    }
    #expect(plans > 2, "\(plans)")
  }

  /// Here one host is a limit of a model as well, which natively it is not.
  @Test(arguments: Kinds.splitting.formulations.map(\.name), Backends.built)
  func everyFormulationAndBackendFindsIt(_ formulation: String, _ backend: String) async throws {
    let stated = try Kinds.splitting.formulation(named: formulation)
    let request = SolveRequest(formulation: formulation, backend: backend)
    var plans = 0
    for coupling in Coupling.allCases {
      for seed in UInt64(60)..<67 {
        let instance = Instance.small(seed: seed, coupling)
        guard instance.placeCount <= 4, stated.refusal(of: instance) == nil else { continue }
        let context = "\(formulation) with \(backend), \(coupling) seed \(seed)"
        plans += try await check(instance, request, context)
      }
    }
    #expect(plans > 15, "\(plans)")
  }

  /// - Returns: how many plans were compared.
  private func check(_ instance: Instance, _ request: SolveRequest, _ context: String) async throws -> Int {
    let expected = front(instance.everyPlacement())
    let ranking = try await instance.paretoFront(request)
    #expect(ranking.warnings.isEmpty && ranking.answers.allSatisfy(\.warnings.isEmpty), "\(context)")
    guard !expected.isEmpty else {
      #expect(ranking.answers.map(\.file.status) == [.infeasible], "\(context): \(instance.json())")
      return 0
    }
    #expect(ranking.isComplete, "\(context)")
    let found = ranking.answers.map { answer in
      (hosts: answer.plan?.hosts.count ?? -1, value: answer.file.objective?.value ?? .nan)
    }
    let agrees =
      found.count == expected.count
      && zip(found, expected).allSatisfy { $0.hosts == $1.hosts && agree($0.value, $1.value) }
    #expect(agrees, "\(context): \(found), enumeration \(expected): \(instance.json())")
    for answer in ranking.answers {
      #expect(try answer.findings.isEmpty, "\(context)")
    }
    return found.count
  }

  /// The best value first.
  private func front(_ placements: [(hosts: [Int], value: Double)]) -> [(hosts: Int, value: Double)] {
    var front: [(hosts: Int, value: Double)] = []
    for count in 0...4 {
      let best = placements.filter { Set($0.hosts).count == count }.map(\.value).min()
      if let best, front.last.map({ best < $0.value * (1 - 1e-6) }) ?? true { front.append((count, best)) }
    }
    return front.reversed()
  }

  @Test func wherePlansWouldTakeTooLargeAModelThoseOfAHeuristicStand() async throws {
    let ranking = try await Instance.specialists().paretoFront(budget: Budget(memory: 1000))
    #expect(!ranking.isComplete)
    #expect(ranking.warnings.contains { $0.contains("too large") }, "\(ranking.warnings)")
    #expect(ranking.answers.map { $0.plan?.hosts.count } == [3, 2, 1])
    #expect(
      ranking.answers.map(\.file.status) == [.optimal, .feasible, .feasible],
      "no bound but that of the best")
    for answer in ranking.answers {
      #expect(try answer.findings.isEmpty)
    }
  }

  @Test(arguments: Swindler.Trick.allCases)
  func aBackendThatIsWrongAboutTheLimitIsNotBelieved(_ trick: Swindler.Trick) async throws {
    let real = try #require(WorkerBackend.all.first { Backends.built.contains($0.name) })
    let honest = try await Instance.specialists().paretoFront()
    for solvers in [[Swindler(real, trick), real], [Swindler(real, trick)]] as [[any ModelSolver]] {
      let ranking = try await Instance.specialists().paretoFront(solvers: solvers)
      #expect(ranking.answers.map { $0.plan?.hosts.count } == [3, 2, 1])
      if solvers.count == 2 {
        #expect(ranking.isComplete)
        #expect(ranking.answers[1].warnings.contains { $0.contains("wrong answer") })
        let values = [ranking, honest].map { $0.answers.compactMap { $0.file.objective?.value } }
        #expect(zip(values[0], values[1]).allSatisfy(agree), "\(values)")
      } else {
        #expect(!ranking.isComplete)
        #expect(ranking.answers[1].failure != nil && ranking.answers[1].file.status == .feasible)
      }
    }
  }

  @Test func oneLimitOfTimeIsForAllPlans() async throws {
    let ranking = try await Instance.specialists().paretoFront(budget: Budget(seconds: 1e-6))
    #expect(!ranking.isComplete)
    #expect(ranking.answers.count == 1)
  }
}

/// What takes no solver.
@Suite struct NativeParetoTests {
  @Test func oneHostIsFoundOnALargeNetwork() async throws {
    let instance = Instance.grid(side: 100)
    let ranking = try await instance.paretoFront()
    #expect(ranking.isComplete && ranking.warnings.isEmpty)
    #expect(ranking.answers.map { $0.plan?.hosts.count } == [2, 1])
    #expect(ranking.answers.allSatisfy { $0.file.solver?.origin.backend == "native" })
    for answer in ranking.answers {
      #expect(try answer.findings.isEmpty)
    }
    #expect(ranking.answers.last?.plan?.hosts == [instance.jobs[0].target])
  }

  @Test func moreHostsThanOneAreRefusedToTheNativePlanner() async throws {
    await #expect {
      try await Instance.specialists().paretoFront(SolveRequest(backend: "native"))
    } throws: { error in
      guard case PlanningError.refused(let reason) = error else { return false }
      return reason.contains("number of hosts")
    }
  }

  @Test func layersThatRunNowhereTakeNoHost() async throws {
    var instance = Instance.specialists()
    instance.dnns[0].layers = []
    let ranking = try await instance.paretoFront()
    #expect(ranking.isComplete && ranking.answers.count == 1)
    #expect(ranking.answers[0].plan?.hosts == [])
  }
}

/// Solves models with a limit to the hosts wrongly, and others as it should.
struct Swindler: ModelSolver {
  enum Trick: CaseIterable {
    /// Does not see the limit.
    case forgets
    /// Says that there is no plan.
    case refuses
  }

  private let solver: any ModelSolver
  private let trick: Trick

  init(_ solver: any ModelSolver, _ trick: Trick) {
    self.solver = solver
    self.trick = trick
  }

  var name: String { "swindler" }
  var takesStart: Bool { solver.takesStart }

  func solve(
    _ model: CompiledModel, options: SolveOptions, report: @escaping SolveReport
  ) async throws(BackendError) -> Solution {
    guard let row = model.rowLabels.firstIndex(where: { $0.symbol == "hosts" }) else {
      return try await solver.solve(model, options: options, report: report)
    }
    if trick == .refuses { return Solution(termination: .infeasible) }
    var loosened = model
    loosened.rightHandSides[row] = 1000
    return try await solver.solve(loosened, options: options, report: report)
  }
}

extension Instance {
  /// A random instance under both waiting policies and both objectives in turn.
  fileprivate static func small(seed: UInt64, _ coupling: Coupling) -> Instance {
    var instance = random(seed: seed, coupling)
    instance.options = Options(
      waiting: seed % 2 == 0 ? .visit : .layer, objective: seed / 2 % 2 == 0 ? .total : .max)
    return instance
  }

  /// Three nodes, each by far the fastest at one of three layers.
  fileprivate static func specialists() -> Instance {
    let nodes = (0..<3).map { Node(id: Name("n\($0)"), compute: 1e9) }
    let links = [(0, 1), (1, 0), (1, 2), (2, 1), (0, 2), (2, 0)].map {
      Link(tail: $0, head: $1, bandwidth: 1e9)
    }
    let layers = (0..<3).map { layer in
      let times = (0..<3).map {
        MeasuredTime(node: $0, seconds: $0 == layer ? 0.01 : 1 + 0.1 * Double(layer))
      }
      return Layer(name: Name("l\(layer)"), output: 1e5, times: times)
    }
    return Instance(
      network: Network(nodes: nodes, links: links), dnns: [DNN(name: "d", input: 1e5, layers: layers)],
      jobs: [Job(id: "j", dnn: 0, source: 0, target: 2)])
  }

  /// A square grid with a fast node at the source, a faster one at the target, and little to send between layers.
  fileprivate static func grid(side: Int) -> Instance {
    let count = side * side
    let nodes = (0..<count).map {
      Node(id: Name("n\($0)"), compute: $0 == 0 ? 2e9 : $0 == count - 1 ? 3e9 : 1e9)
    }
    var links: [Link] = []
    for row in 0..<side {
      for column in 0..<side {
        let here = row * side + column
        let others = (column + 1 < side ? [here + 1] : []) + (row + 1 < side ? [here + side] : [])
        for there in others {
          links += [(here, there), (there, here)].map { Link(tail: $0, head: $1, bandwidth: 1e9) }
        }
      }
    }
    let layers = [
      Layer(name: "shrinks", work: 1e8, output: 1e3), Layer(name: "ends", work: 2e8, output: 1e5),
    ]
    return Instance(
      network: Network(nodes: nodes, links: links), dnns: [DNN(name: "d", input: 1e5, layers: layers)],
      jobs: [Job(id: "j", dnn: 0, source: 0, target: count - 1)])
  }
}
