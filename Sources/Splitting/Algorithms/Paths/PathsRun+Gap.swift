import Foundations
import LinearModels
import Planning
import Problems
import Splitting

/// The search among the paths within the gap.
extension PathsRun {
  /// How far lists and searches go; the defaults are not tuned.
  struct Effort {
    /// The labels of one job in the first attempt, which is over within moments.
    var fewLabels = 8_000
    /// The labels of all jobs together later.
    var mostLabels = 1_500_000
    /// The numbers of all paths of a pool, which take 8 bytes each.
    var mostNumbers = 30_000_000
    /// The part of the gap that is searched first, as a part of the gap and of the bound.
    var (firstShare, firstRise) = (0.12, 0.003)
    /// Whether parts are searched at all if the list for all of the gap has more than `fewLabels`.
    var searchesParts = true
    /// The time that the heuristic has at least before parts are searched [s].
    var leastHeuristic = 0.0
    /// The part of the time so far that it has otherwise, and the most of it [s].
    var (heuristicShare, mostHeuristic) = (0.5, 1.0)
    /// What the next part is larger by.
    var growth = 2.2
    /// From this part of the gap on, all of it is searched.
    var lastShare = 0.7
    /// If the last list had `manyPaths` and the next part is near half of the gap or above, half of it is searched instead,
    /// and then what is left job by job.
    var (nearHalf, half, manyPaths) = (0.4, 0.505, 1_500)
    /// The labels with which the paths of one job outside are listed without a bound for them.
    var easyLabels = 3_000
    /// The nodes of a proof.
    var mostNodes = 20_000
    /// The nodes of a search for a better plan above the limit that is proved: fewer where each takes longer.
    func nodes(ofColumns columns: Int) -> Int { max(20, min(200, 500_000 / max(1, columns))) }
    /// The part of the bound that is searched if no plan is known, and how often it is doubled.
    var (blindRise, mostDoublings) = (0.01, 8)
  }

  /// Lists the paths that plans below a limit can take, and chooses among them: for all of the gap if it is small, and
  /// otherwise for parts of it, each of which may find a plan that makes it smaller.
  /// - Parameter listsAll: whether no plan seems to be there, so that only a list of all paths can tell.
  mutating func search(listsAll: Bool) throws -> Conclusion {
    var (share, isFirst) = (1.0, true)
    var isTightened = false
    var (doublings, halvings) = (listsAll ? effort.mostDoublings : 0, 0)
    var provenShare = 0.0
    while ledger.bound < target {
      if cancellation.isCancelled { return .stopped }
      let bound = generation.bound
      let isBlind = known == .infinity
      let blindGap =
        doublings < effort.mostDoublings ? effort.blindRise * bound * Double(1 << doublings) : .infinity
      let gap = isBlind ? blindGap : known - bound
      let limit = bound + share * gap
      guard let pool = list(within: limit - bound, fewLabels: isFirst) else {
        if cancellation.isCancelled { return .stopped }
        if isFirst && !isTightened && effort.searchesParts {
          // A part of what all before has taken; a first plan is worth more than a better one.
          let elapsed = task.budget.elapsed
          let seconds = min(
            max(
              effort.leastHeuristic,
              isBlind ? min(3, elapsed) : min(effort.mostHeuristic, effort.heuristicShare * elapsed)),
            (task.budget.remaining ?? 30) / 10)
          if let plan = routing.outcome(rounds: Self.manyRounds, seconds: seconds).plan {
            ledger.keep(plan, by: .paths)
          }
        }
        if isFirst && !isTightened && instance.hasHoldings {
          isTightened = true
          let outcome = try generation.tighten(target: target) { [ledger] in try Self.raise(ledger, to: $0) }
          switch outcome {
          case .noPath: return .noPath
          case .infeasible: return .noChoice
          case .stopped: return .stopped
          case .solved(let plan?): offer(plan)
          case .solved, .noMixture: break
          }
          continue
        }
        if !effort.searchesParts { return .open }
        if isFirst && !isBlind {
          (share, isFirst) = (min(effort.firstShare, effort.firstRise * bound / gap), false)
        } else if isFirst {
          isFirst = false
        } else if isBlind {
          return .open
        } else {
          halvings += 1
          share = (share + provenShare) / 2
          if halvings > 3 { return .open }
        }
        continue
      }
      let isAll = gap == .infinity
      let cutoff = isAll ? pool.largestCost(instance) : min(limit, known)
      var search = try poolSearch(pool, cutoff: cutoff)
      let isDone = try search.run(nodeLimit: effort.mostNodes)
      var isExhausted = false
      let proven = search.bound
      searched = (pool, search.left)
      outside = instance.jobs.map { _ in [] }
      if search.best == nil && search.rejected == nil && cutoff < known && !isBlind {
        // No plan below the limit, or none found: perhaps there is one above it that is better than the best so far.
        search = try poolSearch(pool, cutoff: known)
        let isWhole = isDone && share >= 0.5
        isExhausted = try search.run(
          nodeLimit: isWhole ? effort.mostNodes : effort.nodes(ofColumns: pool.columnCount))
      }
      if let best = search.best {
        guard offer(pool.paths(of: best, instance)) else { return .open }
      }
      if let rejected = search.rejected {
        // A row that did not count so far: the list is to be made with it.
        guard generation.addRows(exceededBy: pool.paths(of: rejected, instance)) else { return .open }
        continue
      }
      if isAll && isDone && search.best == nil {
        return .noChoice
      }
      try Self.raise(ledger, to: proven)
      if !isDone {
        if cancellation.isCancelled { return .stopped }
        // A better plan may have made the gap small enough.
        if !isBlind && known - bound < 0.9 * gap { continue }
        return .open
      }
      if isBlind && search.best == nil {
        doublings += 1
        continue
      }
      if isExhausted && 2 * (limit - bound) >= known - bound {
        switch try searchOutside(pool, room: limit - bound) {
        case .done:
          try Self.raise(ledger, to: known)
          return .final()
        case .hasNewRow: continue
        case .open: break
        }
      }
      provenShare = max(1e-3, (proven - bound) / (known - bound))
      share = min(1, effort.growth * provenShare)
      if share >= effort.nearHalf && provenShare < 0.95 * effort.half
        && (pool.columnCount > effort.manyPaths || share < effort.lastShare)
      {
        share = effort.half
      } else if share >= effort.lastShare {
        share = 1
      }
    }
    return .final()
  }

  /// The end of a search outside a pool.
  private enum Outside {
    /// No plan outside the pool is better than the best one.
    case done
    /// A row counts that did not: the lists are to be made with it.
    case hasNewRow
    /// A limit was reached.
    case open
  }

  /// Searches the plans with a path outside a pool that was searched to the end: one that exceeds its job's least cost by
  /// more than `room`, at least half of the gap.
  ///
  /// Two such paths would exceed the gap. So a better plan has one of them, and its other paths exceed their least costs
  /// by no more than the rest of the gap: for each job in turn a list of the paths above `room`, beside short lists of the
  /// others. The cuts between the others raise the bound for any path of the job, so that few paths are left to list.
  private mutating func searchOutside(_ pool: PathPool, room: Double) throws -> Outside {
    let labelLimit = min(effort.mostLabels, effort.mostNumbers / max(1, pool.width)) - pool.labelCount
    var short = pool
    var shortenedFor = Double.infinity
    for job in instance.jobs.indices {
      let gap = known - generation.bound
      if known < shortenedFor {
        shortenedFor = known
        short = short.shortened(to: instance.jobs.indices.map { costLimit($0, gap - room) })
      }
      func extended(
        second: (prices: PathPrices, ownLimits: OwnLimits, costLimit: Double)?, labelLimit: Int
      ) -> PathPool? {
        short.replacing(
          job, of: instance, generation.bestPrices(ofJob: job), generation.pricing,
          costLimit: costLimit(job, gap), second: second, latencyLimit: latencyLimit(job, gap),
          floor: costLimit(job, room), labelLimit: labelLimit, cancellation)
      }
      var listed = extended(second: nil, labelLimit: effort.easyLabels)
      if listed == nil {
        let open = try openBound(short, job)
        if let open, open.value >= known { continue }
        let second = open.map {
          ($0.prices, $0.ownLimits, known - $0.others + 1e-9 * (instance.unit + abs(known)))
        }
        listed = extended(second: second, labelLimit: labelLimit)
      }
      guard let listed else { return .open }
      if listed.paths[job].costs.isEmpty { continue }
      var search = try poolSearch(listed, cutoff: known, above: room)
      let isDone = try search.run(nodeLimit: effort.mostNodes)
      if let best = search.best {
        guard offer(listed.paths(of: best, instance)) else { return .open }
      }
      if let rejected = search.rejected {
        return generation.addRows(exceededBy: listed.paths(of: rejected, instance)) ? .hasNewRow : .open
      }
      guard isDone else { return .open }
      outside[job] += search.left[job].map { listed.path(Int($0), ofJob: job, instance) }
    }
    return .done
  }

  /// A bound for all paths of a job beside the paths of the others in a pool; `nil` if a limit was reached.
  private mutating func openBound(_ pool: PathPool, _ job: Int) throws -> PoolSearch.OpenBound? {
    let open = PoolSearch.OpenJob(
      index: job, instance: instance, rows: pool.rows, heldOfPlace: pool.heldOfPlace(instance.jobs[job]),
      pricing: generation.pricing)
    var search = try poolSearch(pool, cutoff: known, openJob: open)
    return try search.boundOfRoot()
  }

  /// The largest cost at the best prices of a path that exceeds its job's least cost by `room` [s].
  private func costLimit(_ job: Int, _ room: Double) -> Double {
    generation.leastCosts[job] + room * (1 + 1e-9) + 1e-12 * instance.unit
  }

  /// - Parameter excess: what every choice costs above the bound, at least [s].
  private mutating func poolSearch(
    _ pool: PathPool, cutoff: Double, above excess: Double = 0, openJob: PoolSearch.OpenJob? = nil
  ) throws -> PoolSearch {
    // A session for all of them, because to start a worker takes longer than many searches.
    let session = try poolSession ?? source.openSession(log: task.budget.log, cancellation: cancellation)
    poolSession = session
    var search = PoolSearch(
      pool, instance, session, cutoff: cutoff, bound: generation.bound + excess,
      openJob: openJob, cancellation)
    let (instance, counted) = (instance, Set(pool.rows))
    search.isPlan = { choice in
      let sums = instance.totalUse(of: pool.paths(of: choice, instance))
      return instance.exceeded(by: sums, above: ColumnGeneration.wholeLimit).allSatisfy(counted.contains)
    }
    return search
  }

  /// The paths of all jobs whose costs exceed the least ones by at most `room`; `nil` if there are too many.
  private func list(within room: Double, fewLabels: Bool) -> PathPool? {
    var pool = PathPool(rows: generation.rows, instance)
    let labelLimit = min(effort.mostLabels, effort.mostNumbers / max(1, pool.width))
    for job in instance.jobs.indices {
      let isListed = pool.list(
        job, of: instance, generation.bestPrices(ofJob: job), generation.pricing,
        costLimit: costLimit(job, room), latencyLimit: latencyLimit(job, room),
        labelLimit: fewLabels ? effort.fewLabels : labelLimit - pool.labelCount, cancellation)
      if !isListed { return nil }
    }
    return pool
  }

  /// The largest latency that a job has in a plan whose cost exceeds the bound by at most `room` [s].
  private func latencyLimit(_ job: Int, _ room: Double) -> Double {
    let weight = instance.jobs[job].figures.weight
    guard instance.minimisesLargest, weight > 0 else { return .infinity }
    return (generation.bound + room) * (1 + 1e-9) / weight
  }
}
