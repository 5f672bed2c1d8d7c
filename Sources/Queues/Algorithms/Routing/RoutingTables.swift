import Graphs
import Networks
import Splitting

/// What searches under load need to know of an instance, as flat arrays; made once.
struct RoutingTables: Sendable {
  let links: [Link]
  let outgoing: ArcLists
  /// The links turned round.
  let backward: Digraph
  let groups: [JobGroup]
  /// For each job the index of its group.
  let groupOfJob: [Int]

  private struct KindKey: Hashable {
    let dnn: Int
    let rules: [[Int]]
  }

  private struct Ends: Hashable {
    let kind: Int
    let source: Int?
    let target: Int
  }

  /// - Complexity: O(K L N + B L E log N) for K kinds of jobs, and B pairs of a kind with a target.
  init(_ instance: Instance) {
    let network = NetworkGraph(instance.network)
    let capacities = instance.limits.capacities
    links = instance.network.links
    outgoing = ArcLists(network.forward, of: links)
    backward = network.backward
    var kinds: [JobKind] = []
    var kindIndices: [KindKey: Int] = [:]
    var remaining: [Ends: RemainingTimes] = [:]
    var groups: [JobGroup] = []
    var groupIndices: [Ends: Int] = [:]
    var groupOfJob: [Int] = []
    for (index, job) in instance.jobs.enumerated() {
      let key = KindKey(dnn: job.dnn, rules: job.hosts.map { [$0.layer ?? -1] + $0.nodes })
      let kind = kindIndices[key] ?? kinds.count
      if kind == kinds.count {
        kinds.append(JobKind(instance.layeredGraph(ofJob: index, network, capacities)))
        kindIndices[key] = kind
      }
      let ends = Ends(kind: kind, source: job.source, target: job.target)
      let group = groupIndices[ends] ?? groups.count
      if group == groups.count {
        let end = Ends(kind: kind, source: nil, target: job.target)
        let times =
          remaining[end]
          ?? RemainingTimes(kinds[kind], target: job.target, over: network.backward, links) { $1 + $2 }
        remaining[end] = times
        groups.append(
          JobGroup(
            kind: kinds[kind], kindIndex: kind, source: job.source, target: job.target, remaining: times,
            jobs: []))
        groupIndices[ends] = group
      }
      groups[group].jobs.append(index)
      groupOfJob.append(group)
    }
    self.groups = groups
    self.groupOfJob = groupOfJob
  }

  var nodeCount: Int { backward.nodeCount }
}

/// Jobs of one kind with the same ends: under the same loads they take the same path.
struct JobGroup: Sendable {
  let kind: JobKind
  let kindIndex: Int
  let source: Int
  let target: Int
  /// Without any load.
  let remaining: RemainingTimes
  fileprivate(set) var jobs: [Int]
}
