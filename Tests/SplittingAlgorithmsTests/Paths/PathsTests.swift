import Foundations
import LayerRoute
import Networks
import Splitting
import SplittingChecking
import TestSupport
import Testing

@testable import SplittingAlgorithms

/// The method `paths` against enumeration.
@Suite(
  .enabled(if: !Backends.built.filter(["cbc", "glpk"].contains).isEmpty, "needs a backend with LP sessions"))
struct PathsTests {
  private static let sessions = FirstSessionSource(WorkerBackend.sessionSources)

  @Test(arguments: Coupling.allCases, ObjectiveKind.ofLatencies)
  func itReachesTheOptimumOfEnumeration(_ coupling: Coupling, _ objective: ObjectiveKind) async throws {
    try await checkOptima("\(coupling) \(objective)") { seed in
      var instance = Instance.random(seed: seed, coupling)
      instance.options.objective = objective
      return instance
    }
  }

  @Test(arguments: MachineFamily.allCases)
  func itReachesTheOptimumOfEnumerationOnMachines(_ family: MachineFamily) async throws {
    try await checkOptima("\(family)") { Instance.machines(family, seed: $0) }
  }

  private func checkOptima(_ name: String, _ make: (_ seed: UInt64) -> Instance) async throws {
    var (proved, feasible) = (0, 0)
    for seed in UInt64(0)..<60 {
      let instance = make(seed)
      let expected = BruteForce(instance).optimum()
      let answer = try await Kinds.splitting.solve(instance, SolveRequest(method: "paths"))
      let context = "\(name) seed \(seed)"
      #expect(answer.warnings.isEmpty, "\(context): \(answer.warnings)")
      guard let expected else {
        #expect(answer.file.status == .infeasible, "\(context): \(answer.file.status), but there is no plan")
        continue
      }
      feasible += 1
      #expect(
        answer.bound <= expected * (1 + 1e-6), "\(context): bound \(answer.bound), \(expected)")
      guard answer.file.status == .optimal else { continue }
      proved += 1
      #expect(agree(answer.cost, expected), "\(context): \(answer.cost), enumeration \(expected)")
      let check = try PlanVerification(answer.file, of: instance, Kinds.splitting)
      #expect(check.findings.isEmpty, "\(context): \(check.findings)")
    }
    #expect(feasible > 30 && proved >= feasible - feasible / 20, "\(name): \(proved) of \(feasible)")
  }

  /// Long lists are searched in parts, and the last part job by job; here short ones are, too.
  @Test(
    arguments: [Coupling.memory, .computeLoad, .linkLoad, .deadline, .together], ObjectiveKind.ofLatencies)
  func aGapThatIsSearchedInPartsHasTheOptimum(_ coupling: Coupling, _ objective: ObjectiveKind) throws {
    try checkParts("\(coupling) \(objective)") { seed in
      var instance = Instance.random(seed: seed, coupling)
      instance.options.objective = objective
      return instance
    }
  }

  @Test(arguments: [MachineFamily.sharedWeights, .peaks, .together])
  func aGapThatIsSearchedInPartsHasTheOptimumOnMachines(_ family: MachineFamily) throws {
    try checkParts("\(family)") { Instance.machines(family, seed: $0) }
  }

  private func checkParts(_ name: String, _ make: (_ seed: UInt64) -> Instance) throws {
    var effort = PathsRun.Effort()
    (effort.fewLabels, effort.firstShare, effort.firstRise) = (0, 0.5, .infinity)
    (effort.manyPaths, effort.lastShare) = (0, 0)
    var (proved, split) = (0, 0)
    for seed in UInt64(0)..<60 {
      let instance = make(seed)
      guard instance.jobs.count > 1, let expected = BruteForce(instance).optimum() else { continue }
      let ledger = Ledger<SplittingProblem>(
        objective: SplittingProblem.objective(of: instance), assess: Evaluator(instance).assess)
      let task = SolveTask<SplittingProblem>(instance, Budget(), ledger)
      var run = try PathsRun(task, Self.sessions, Findings(), effort: effort)
      guard case .final = try run.run() else { continue }
      proved += 1
      if run.outside.contains(where: { !$0.isEmpty }) { split += 1 }
      let context = "\(name) seed \(seed)"
      let cost = ledger.best?.cost ?? .nan
      #expect(agree(cost, expected), "\(context): \(cost), \(expected)")
      #expect(ledger.bound <= expected * (1 + 1e-9), "\(context): bound \(ledger.bound), \(expected)")
    }
    #expect(proved > 10, "\(name): \(proved)")
    // With memory alone there are such parts on instances as small as these.
    #expect(split > 0 || !name.hasPrefix("memory"), "\(name)")
  }

  /// Instances whose lists are too long are divided by the nodes of their layers; here those of a few labels are.
  @Test(
    arguments: [Coupling.memory, .computeLoad, .linkLoad, .deadline, .together], ObjectiveKind.ofLatencies)
  func dividedInstancesHaveTheOptimum(_ coupling: Coupling, _ objective: ObjectiveKind) throws {
    try checkDivision("\(coupling) \(objective)") { seed in
      var instance = Instance.random(seed: seed, coupling)
      instance.options.objective = objective
      return instance
    }
  }

  @Test(arguments: [MachineFamily.sharedWeights, .peaks, .parts, .together])
  func dividedInstancesHaveTheOptimumOnMachines(_ family: MachineFamily) throws {
    try checkDivision("\(family)", searchesParts: false) { Instance.machines(family, seed: $0) }
  }

  private func checkDivision(
    _ name: String, searchesParts: Bool = true, _ make: (_ seed: UInt64) -> Instance
  ) throws {
    var effort = PathsRun.Effort()
    (effort.fewLabels, effort.mostLabels, effort.searchesParts) = (20, 20, searchesParts)
    var (divided, infeasible) = (0, 0)
    for seed in UInt64(0)..<60 {
      let instance = make(seed)
      guard instance.jobs.count > 1 else { continue }
      let ledger = Ledger<SplittingProblem>(
        objective: SplittingProblem.objective(of: instance), assess: Evaluator(instance).assess)
      let task = SolveTask<SplittingProblem>(instance, Budget(), ledger)
      var run = try PathsRun(task, Self.sessions, Findings(), effort: effort)
      guard case .open = try run.run(), run.openLayer != nil else { continue }
      var branching = HostBranching(task, Self.sessions, within: Budget(seconds: 20), effort: effort)
      let conclusion = try branching.run(after: run)
      let context = "\(name) seed \(seed): \(conclusion)"
      divided += 1
      if let expected = BruteForce(instance).optimum() {
        #expect(ledger.bound <= expected * (1 + 1e-9), "\(context): bound \(ledger.bound), \(expected)")
        // Where each layer has one node left, routes alone may be too many for so short a list.
        guard case .final = conclusion else { continue }
        #expect(agree(ledger.best?.cost ?? .nan, expected), "\(context), \(expected)")
      } else if case .infeasible = conclusion {
        infeasible += 1
      } else {
        #expect(ledger.best == nil, "\(context)")
      }
    }
    #expect(divided > (searchesParts ? 3 : 0), "\(name): \(divided) divided, \(infeasible) infeasible")
  }

  /// A run that is stopped at any moment has a bound that holds: after each round of column generation.
  @Test(arguments: [Coupling.memory, .computeLoad, .linkLoad, .deadline, .together])
  func everyBoundOnTheWayHolds(_ coupling: Coupling) throws {
    try checkBounds("\(coupling)") { Instance.random(seed: $0, coupling) }
  }

  @Test(arguments: [MachineFamily.sharedWeights, .peaks, .parts, .together])
  func everyBoundOnTheWayHoldsOnMachines(_ family: MachineFamily) throws {
    try checkBounds("\(family)") { Instance.machines(family, seed: $0) }
  }

  private func checkBounds(_ name: String, _ make: (_ seed: UInt64) -> Instance) throws {
    var rounds = 0
    for seed in UInt64(0)..<40 {
      let instance = make(seed)
      guard let expected = BruteForce(instance).optimum() else { continue }
      let paths = PathInstance(ResidualRouting(instance), instance.options.objective)
      var generation = ColumnGeneration(
        paths, try Self.sessions.openSession(), artificialCost: 100 * max(expected, paths.unit), .never)
      var last = -Double.infinity
      _ = try generation.run(target: .infinity) { bound in
        #expect(bound <= expected * (1 + 1e-9), "\(name) seed \(seed): \(bound), enumeration \(expected)")
        #expect(bound >= last, "\(name) seed \(seed): the bound falls")
        last = bound
        rounds += 1
      }
    }
    #expect(rounds > 15, "\(name): \(rounds)")
  }

  /// The checker, which shares no code with the search, finds what column generation claims.
  @Test(arguments: ObjectiveKind.ofLatencies)
  func theCertificateOfTheRootProvesItsBound(_ objective: ObjectiveKind) throws {
    let makers: [(String, (UInt64) -> Instance)] =
      Coupling.allCases.map { coupling in ("\(coupling)", { Instance.random(seed: $0, coupling) }) }
      + MachineFamily.allCases.map { family in ("\(family)", { Instance.machines(family, seed: $0) }) }
    var (compared, cut) = (0, 0)
    for (name, make) in makers {
      for seed in UInt64(0)..<20 {
        var instance = make(seed)
        instance.options.objective = objective
        guard let expected = BruteForce(instance).optimum() else { continue }
        let paths = PathInstance(ResidualRouting(instance), objective)
        var generation = ColumnGeneration(
          paths, try Self.sessions.openSession(), artificialCost: 100 * max(expected, paths.unit), .never)
        let outcome = try generation.run(target: .infinity) { _ in }
        for withCuts in [false, true] {
          if withCuts {
            guard case .solved(plan: nil) = outcome else { continue }
            _ = try generation.tighten(target: .infinity) { _ in }
          }
          let multipliers = generation.proof(of: instance).multipliers(of: instance, .never)
          let check = CertificateCheck(
            Certificate(bound: 0, proof: .multipliers(multipliers)), of: instance, objective)
          let context = "\(name) \(objective) seed \(seed), cuts \(withCuts)"
          let proved = try #require(check.provenBound, "\(context): \(check.findings)")
          #expect(
            proved >= generation.bound - 1e-8 * abs(generation.bound),
            "\(context): \(generation.bound), \(proved) by \(multipliers)")
          #expect(proved <= expected * (1 + 1e-9), "\(context): \(proved), enumeration \(expected)")
          compared += 1
          if !multipliers.cuts.isEmpty { cut += 1 }
        }
      }
    }
    #expect(compared > 150 && cut > 5, "\(compared), \(cut) with cuts")
  }

  /// A search whose linear program is stopped has proved nothing about the node that it left.
  @Test(arguments: 0..<4)
  func aSearchThatIsStoppedClaimsNothing(_ solves: Int) throws {
    var stopped = 0
    for seed in UInt64(0)..<30 {
      var instance = Instance.random(seed: seed, .memory)
      instance.options.objective = .total
      guard let expected = BruteForce(instance).optimum() else { continue }
      let paths = PathInstance(ResidualRouting(instance), .total)
      let count = paths.resources.sharedCount
      var pool = PathPool(rows: (0..<count).filter(paths.resources.isScarce), paths)
      let pricing = Pricing(paths, .never)
      for (index, job) in paths.jobs.enumerated() {
        let prices = PathPrices(
          latency: job.figures.weight, memory: Array(repeating: 0, count: job.nodeCount),
          load: Array(repeating: 0, count: job.nodeCount), link: [])
        let isListed = pool.list(
          index, of: paths, prices, pricing, costLimit: .infinity, labelLimit: 1 << 20, .never)
        #expect(isListed)
      }
      let source = StoppingSource(Self.sessions, solves)
      var search = PoolSearch(
        pool, paths, try source.openSession(), cutoff: pool.largestCost(paths), bound: 0, .never)
      let isDone = try search.run(nodeLimit: 1000)
      #expect(search.bound <= expected * (1 + 1e-9), "seed \(seed): \(search.bound), enumeration \(expected)")
      #expect(isDone != source.hasStopped, "seed \(seed)")
      if source.hasStopped { stopped += 1 }
    }
    #expect(stopped > 0)
  }

  @Test func whatItCannotExpressIsRefusedWithTheReason() async throws {
    var instance = Instance.random(seed: 1, .memory)
    instance.hostLimit = 1
    await #expect {
      _ = try await Kinds.splitting.solve(instance, SolveRequest(method: "paths"))
    } throws: {
      "\($0)".contains("hosts")
    }
  }
}
