import Foundations
import LayerRoute
import LinearModels
import Networks
import Planning
import Problems
import Splitting
import SplittingChecking
import Synchronization
import TestSupport
import Testing

@testable import SplittingAlgorithms

/// Bounds of `paths` against enumeration: wherever a run is stopped, in its parts, and with a job left open.
@Suite(
  .enabled(if: !Backends.built.filter(["cbc", "glpk"].contains).isEmpty, "needs a backend with LP sessions"))
struct PathsBoundsTests {
  private static let sessions = FirstSessionSource(WorkerBackend.sessionSources)

  /// Couplings and families of machines, by name.
  private static let makers: [String: @Sendable (UInt64) -> Instance] = {
    var makers: [String: @Sendable (UInt64) -> Instance] = [:]
    for coupling in [Coupling.memory, .computeLoad, .linkLoad, .deadline, .together] {
      makers["\(coupling)"] = { Instance.random(seed: $0, coupling) }
    }
    for family in [MachineFamily.sharedWeights, .peaks, .together] {
      makers["machines \(family)"] = { Instance.machines(family, seed: $0) }
    }
    return makers
  }()

  private static let names = makers.keys.sorted()

  private func instance(_ name: String, _ seed: UInt64) throws -> Instance {
    let make = try #require(Self.makers[name])
    return make(seed)
  }

  private func task(_ instance: Instance) -> SolveTask<SplittingProblem> {
    let ledger = Ledger<SplittingProblem>(
      objective: SplittingProblem.objective(of: instance), assess: Evaluator(instance).assess)
    return SolveTask<SplittingProblem>(instance, Budget(), ledger)
  }

  /// Whichever linear program is the last, in column generation, in a pool or in a part: the bound holds, and nothing is
  /// said to be proved that is not.
  @Test(arguments: names)
  func aRunThatIsStoppedAfterAnySolveHasABoundThatHolds(_ name: String) throws {
    var gapInParts = PathsRun.Effort()
    (gapInParts.fewLabels, gapInParts.firstShare, gapInParts.firstRise) = (0, 0.5, .infinity)
    (gapInParts.manyPaths, gapInParts.lastShare) = (0, 0)
    var short = PathsRun.Effort()
    (short.fewLabels, short.mostLabels) = (20, 20)
    var stopped = 0
    for effort in [gapInParts, short] {
      for seed in UInt64(0)..<12 {
        let instance = try instance(name, seed)
        guard instance.jobs.count > 1 else { continue }
        let expected = BruteForce(instance).optimum()
        for solves in 0..<40 {
          let source = StoppingSource(Self.sessions, solves)
          let task = task(instance)
          var run = try PathsRun(task, source, Findings(), effort: effort)
          var conclusion = try run.run()
          if case .open = conclusion, !task.isSettled {
            var branching = HostBranching(task, source, within: Budget(), effort: effort)
            conclusion = try branching.run(after: run)
          }
          let context = "\(name) seed \(seed) after \(solves) solves: \(conclusion)"
          if let expected {
            let bound = task.ledger.bound
            #expect(bound <= expected * (1 + 1e-9), "\(context): bound \(bound), enumeration \(expected)")
            if case .infeasible = conclusion { Issue.record("\(context), but \(expected)") }
            if case .final = conclusion {
              let cost = task.ledger.best?.cost ?? .nan
              #expect(agree(cost, expected), "\(context): \(cost), enumeration \(expected)")
            }
          } else {
            #expect(task.ledger.best == nil, "\(context)")
          }
          if !source.hasStopped { break }
          stopped += 1
        }
      }
    }
    #expect(stopped > 3, "\(name): \(stopped)")
  }

  /// Prices that exclude all plans are found on many instances without a plan, and on none that has one.
  @Test(arguments: ["memory"])
  func pricesProveThatThereIsNoPlan(_ name: String) throws {
    var (proved, infeasible) = (0, 0)
    for seed in UInt64(0)..<150 {
      var instance = try instance(name, seed)
      // Less of everything, so that more of them have no plan.
      for index in instance.network.nodes.indices {
        instance.network.nodes[index].memory = instance.network.nodes[index].memory.map { 0.8 * $0 }
      }
      for index in instance.jobs.indices { instance.jobs[index].rate *= 1.3 }
      let hasPlan = BruteForce(instance).optimum() != nil
      let paths = PathInstance(ResidualRouting(instance), instance.options.objective)
      var generation = ColumnGeneration(
        paths, try Self.sessions.openSession(), artificialCost: 1000 * paths.unit, .never)
      switch try generation.run(target: .infinity, raised: { _ in }) {
      case .infeasible:
        #expect(!hasPlan, "\(name) seed \(seed) has a plan")
        (proved, infeasible) = (proved + 1, infeasible + 1)
      case .noMixture:
        infeasible += hasPlan ? 0 : 1
      case .noPath, .solved, .stopped: break
      }
    }
    #expect(proved > 3 && proved >= infeasible / 2, "\(name): \(proved) of \(infeasible)")
  }

  /// A layer that may run on fewer nodes does not make a relaxation cheaper.
  @Test(arguments: names)
  func noPartHasALowerBoundThanTheWhole(_ name: String) throws {
    var (compared, raised) = (0, 0)
    for seed in UInt64(0)..<30 {
      let instance = try instance(name, seed)
      guard BruteForce(instance).optimum() != nil else { continue }
      var run = try PathsRun(task(instance), Self.sessions, Findings())
      guard case .solved = try run.generation.run(target: .infinity, raised: { _ in }),
        let layer = run.openLayer
      else { continue }
      for (side, part) in layer.divided(instance).enumerated() {
        var child = try PathsRun(task(part), Self.sessions, Findings())
        // Without a mixture the part has no plan, and the bound of the prices so far says nothing.
        guard case .solved = try child.generation.run(target: .infinity, raised: { _ in }) else { continue }
        let (parent, bound) = (run.generation.bound, child.generation.bound)
        #expect(bound >= parent * (1 - 1e-8), "\(name) seed \(seed) side \(side): \(bound) of \(parent)")
        compared += 1
        if bound > parent * (1 + 1e-6) { raised += 1 }
      }
    }
    #expect(compared > 5 && raised > 0, "\(name): \(raised) of \(compared) raised")
  }

  /// A pool with all paths of every job, for the limits that could bind.
  private func pool(_ paths: PathInstance) -> PathPool {
    let count = paths.resources.sharedCount
    var pool = PathPool(rows: (0..<count).filter(paths.resources.isScarce), paths)
    let (free, pricing) = ([Double](repeating: 0, count: count), Pricing(paths, .never))
    for (index, job) in paths.jobs.enumerated() {
      let isListed = pool.list(
        index, of: paths,
        PathPrices(latency: job.figures.weight, perUnit: free, nodeCount: paths.resources.nodeCount), pricing,
        costLimit: .infinity, labelLimit: 1 << 20, .never)
      #expect(isListed)
    }
    return pool
  }

  /// The instances of a family with several jobs that have a plan: a pool of all paths, and the optimum by enumeration.
  private func pools(
    _ name: String, seeds: UInt64
  ) throws -> [(seed: UInt64, paths: PathInstance, pool: PathPool, expected: Double)] {
    try (0..<seeds).compactMap { seed in
      let instance = try instance(name, seed)
      guard instance.jobs.count > 1, let expected = BruteForce(instance).optimum() else { return nil }
      let paths = PathInstance(ResidualRouting(instance), instance.options.objective)
      return (seed, paths, pool(paths), expected)
    }
  }

  /// The nodes of a pool's search: each child, bounded by itself, is no better than its parent. Other instances as small as
  /// these are nearly all solved at the root.
  @Test(arguments: ["machines sharedWeights"])
  func noChildInAPoolBeatsItsParent(_ name: String) throws {
    var (compared, raised) = (0, 0)
    for (seed, paths, pool, expected) in try pools(name, seeds: 60) {
      var search = PoolSearch(
        pool, paths, try Self.sessions.openSession(), cutoff: pool.largestCost(paths), bound: 0, .never)
      // A choice would end its node, and those above its cost.
      search.isPlan = { _ in false }
      var open = [PoolSearch.Node(bound: -.infinity, demands: [])]
      for _ in 0..<10 where !open.isEmpty {
        let node = open.removeFirst()
        guard let outcome = try search.evaluate(PoolSearch.Node(bound: -.infinity, demands: node.demands))
        else { continue }
        let context = "\(name) seed \(seed), \(node.demands.count) demands"
        #expect(
          outcome.bound >= node.bound - 1e-7 * expected, "\(context): \(outcome.bound) of \(node.bound)")
        if !node.demands.isEmpty { compared += 1 }
        if outcome.bound > node.bound + 1e-6 * expected { raised += 1 }
        guard let branch = outcome.branch else { continue }
        for isBelow in [true, false] {
          let demand = PoolSearch.Demand(
            job: branch.job, row: branch.row, threshold: branch.threshold, isBelow: isBelow)
          open.append(PoolSearch.Node(bound: outcome.bound, demands: node.demands + [demand]))
        }
      }
    }
    #expect(compared > 3 && raised > 0, "\(name): \(raised) of \(compared) raised")
  }

  /// A choice that breaks a limit which does not count yet ends a search, which then claims no more than it has proved.
  @Test(arguments: ["memory", "machines sharedWeights"])
  func aChoiceThatIsNoPlanEndsASearch(_ name: String) throws {
    var (ended, compared) = (0, 0)
    for (seed, paths, pool, expected) in try pools(name, seeds: 30) {
      var search = PoolSearch(
        pool, paths, try Self.sessions.openSession(), cutoff: pool.largestCost(paths), bound: 0, .never)
      search.isPlan = { _ in false }
      let isDone = try search.run(nodeLimit: 1_000)
      let context = "\(name) seed \(seed): bound \(search.bound), enumeration \(expected)"
      #expect(search.bound <= expected * (1 + 1e-9) && search.best == nil, "\(context)")
      compared += 1
      guard let rejected = search.rejected else { continue }
      #expect(!isDone, "\(context)")
      let used = paths.totalUse(of: pool.paths(of: rejected, paths))
      #expect(paths.exceeded(by: used, above: 1 + 1e-9).isEmpty, "\(context)")
      ended += 1
    }
    #expect(ended > 5 && ended > compared * 3 / 4, "\(name): \(ended) of \(compared)")
  }

  /// Choices that a search finds, also by rounding mixtures, keep all limits, and the last one is the optimum.
  @Test(arguments: names)
  func theChoicesOfASearchKeepTheLimits(_ name: String) throws {
    var (found, rounded) = (0, 0)
    for (seed, paths, pool, expected) in try pools(name, seeds: 30) {
      var search = PoolSearch(
        pool, paths, try Self.sessions.openSession(), cutoff: pool.largestCost(paths), bound: 0, .never)
      var choices: [[Int32]] = []
      search.isPlan = {
        choices.append($0)
        return true
      }
      let isDone = try search.run(nodeLimit: 10_000)
      for choice in choices {
        let used = paths.totalUse(of: pool.paths(of: choice, paths))
        #expect(
          paths.exceeded(by: used, above: 1 + 1e-12).isEmpty, "\(name) seed \(seed): \(choice) of \(choices)")
      }
      guard isDone, let best = search.best else { continue }
      #expect(
        abs(search.cost(of: best) - expected) <= 1e-9 * expected,
        "\(name) seed \(seed): \(search.cost(of: best)), enumeration \(expected)")
      found += 1
      if choices.count > 1 { rounded += 1 }
    }
    #expect(found > 5, "\(name): \(found), \(rounded) of several choices")
  }

  /// With one job open to all of its paths the bound holds, and is hardly ever below that of column generation.
  @Test(arguments: names)
  func theBoundWithAnOpenJobHolds(_ name: String) throws {
    var (compared, strong) = (0, 0)
    for (seed, paths, pool, expected) in try pools(name, seeds: 30) {
      var generation = ColumnGeneration(
        paths, try Self.sessions.openSession(), artificialCost: 100 * max(expected, paths.unit), .never)
      _ = try generation.run(target: .infinity) { _ in }
      for (index, job) in paths.jobs.enumerated() {
        let open = PoolSearch.OpenJob(
          index: index, instance: paths, rows: pool.rows, heldOfPlace: pool.heldOfPlace(job),
          pricing: generation.pricing)
        var search = PoolSearch(
          pool, paths, try Self.sessions.openSession(), cutoff: pool.largestCost(paths), bound: 0,
          openJob: open, .never)
        guard let bound = try search.boundOfRoot() else { continue }
        #expect(
          bound.value <= expected * (1 + 1e-9),
          "\(name) seed \(seed) job \(index): \(bound.value), enumeration \(expected)")
        compared += 1
        if bound.value >= generation.bound - 1e-6 * expected { strong += 1 }
      }
    }
    #expect(compared > 10 && strong > compared * 3 / 4, "\(name): \(strong) of \(compared)")
  }

  /// The paths that an export chooses from hold the best plan, also where the instance had to be divided.
  @Test(arguments: names)
  func theProvingPathsHoldTheOptimum(_ name: String) async throws {
    var short = PathsRun.Effort()
    (short.fewLabels, short.mostLabels) = (20, 20)
    var compared = 0
    for seed in UInt64(0)..<40 {
      let instance = try instance(name, seed)
      guard instance.jobs.count > 1, let expected = BruteForce(instance).optimum() else { continue }
      let task = task(instance)
      let planner = PathsPlanner(
        Self.sessions, Findings(), isStep: false, effort: .init(whole: short, parts: short))
      // Lists may be too short for a proof.
      guard let paths = try? await planner.provingPaths(task) else { continue }
      let best = try #require(task.ledger.best)
      #expect(agree(best.cost, expected), "\(name) seed \(seed): \(best.cost), enumeration \(expected)")
      for (job, plan) in best.plan.jobs.enumerated() {
        let count = paths[job].filter { $0 == plan }.count
        #expect(count == 1, "\(name) seed \(seed): job \(job)")
      }
      compared += 1
    }
    #expect(compared > 5, "\(name): \(compared)")
  }
}

/// Sessions that reach a limit after some solves of all of them together.
final class StoppingSource: LinearSessionSource {
  private let source: any LinearSessionSource
  private let left: Mutex<Int>

  var name: String { source.name }
  var hasStopped: Bool { left.withLock { $0 < 0 } }

  init(_ source: any LinearSessionSource, _ solves: Int) {
    self.source = source
    left = Mutex(solves)
  }

  /// Counts a solve; returns whether it may still run.
  func mayStart() -> Bool {
    left.withLock { left in
      left -= 1
      return left >= 0
    }
  }

  func openSession(log: Int32?, cancellation: Cancellation) throws(BackendError) -> any LinearSession {
    StoppingSession(try source.openSession(log: log, cancellation: cancellation), self)
  }
}

private final class StoppingSession: LinearSession {
  private let session: any LinearSession
  private let source: StoppingSource

  var name: String { session.name }

  init(_ session: any LinearSession, _ source: StoppingSource) {
    (self.session, self.source) = (session, source)
  }

  func solve(
    _ changes: LinearChanges, options: LinearSolveOptions
  ) throws(BackendError) -> LinearSolution {
    guard source.mayStart() else { return LinearSolution(termination: .limit(.time)) }
    return try session.solve(changes, options: options)
  }
}
