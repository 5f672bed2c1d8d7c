import Foundations
import LinearModels

/// The exact search for the least bottleneck that suits a pipeline: ``ContiguousSearch`` where a node may run one run of
/// layers at most, ``RelayedSearch`` on sparse networks whose nodes forward, and ``DirectSearch`` elsewhere.
package struct PipelineSearch {
  private let figures: PipelineFigures

  package init(_ figures: PipelineFigures) { self.figures = figures }

  /// The time of the direct search before that for relays: many small networks need no more [s].
  private static let secondsForDirect = 0.3

  /// Searches until plan and bound of the record meet, or it must stop, or a search has done all that it can.
  ///
  /// - Parameter openSession: opens a session for linear programs, one for each search; if it returns `nil`, searches do
  ///   with prices of their own.
  package func run(_ record: BottleneckRecord, openSession: () -> (any LinearSession)?) {
    if figures.isContiguous {
      var search = ContiguousSearch(figures, record)
      return search.run()
    }
    offerGreedyParts(record)
    guard isSparse else {
      var search = DirectSearch(figures, record, session: openSession())
      return search.run()
    }
    var direct = DirectSearch(figures, record.part(seconds: Self.secondsForDirect), session: openSession())
    direct.run()
    guard !record.mustStop, let session = openSession() else {
      var search = DirectSearch(figures, record, session: nil)
      return search.run()
    }
    var relayed = RelayedSearch(figures, record, session: session)
    relayed.run()
  }

  /// Offers the plan of the published greedy method: it takes moments, and where many nodes have to share a model that little
  /// else fits, the searches may need long for one as good.
  private func offerGreedyParts(_ record: BottleneckRecord) {
    guard case .success(let placement) = PublishedPlacement.prepare(figures),
      let hosts = placement.greedyHosts(), case .success(let plan) = placement.plan(hosts)
    else { return }
    var assembly = PlanAssembly(figures, record)
    _ = assembly.offer(plan.hosts, limit: .infinity)
  }

  /// Whether most pairs of nodes have no link, and nodes forward.
  private var isSparse: Bool {
    figures.isRelay.contains(true) && figures.linkCount < figures.nodeCount * (figures.nodeCount - 1) / 2
  }
}

extension BottleneckRecord {
  /// A record of a part of the work, which ends after a time [s]; plans and bounds of either go to both.
  fileprivate func part(seconds: Double) -> BottleneckRecord {
    let part = BottleneckRecord(gap: gap, cancellation: cancellation.orAfter(seconds)) { plan, value in
      self.offer(plan, value: value)
    } onBound: {
      self.raise(to: $0)
    }
    part.raise(to: lower)
    if let plan { part.offer(plan, value: upper) }
    return part
  }
}
