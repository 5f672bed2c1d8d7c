import Foundations
import Graphs
import Networks
import Splitting
import TestSupport
import Testing

@testable import SplittingChecking

/// Potentials of jobs in networks whose nodes forward little, against distances that are computed here.
@Suite struct RelayPotentialTests {
  /// Instances with relays and without, and the distances of their jobs.
  private func forEachJob(
    _ family: AdversarialFamily, _ waiting: WaitingPolicy,
    _ body: (Instance, Int, PlainDistances, inout SplitMix64, String) throws -> Void
  ) throws {
    for seed in UInt64(0)..<30 {
      var instance = Instance.adversarial(family, seed: seed)
      instance.options.waiting = waiting
      var random = SplitMix64(seed: seed)
      let share = [0.3, 0.6, 0.9][Int(seed % 3)]
      for node in instance.network.nodes.indices where random.nextUnit() < share {
        instance.network.nodes[node].isRelay = false
      }
      for job in instance.jobs.indices {
        let distances = PlainDistances(instance, job: job)
        guard distances.latency < .infinity, distances.latency > 0 else { continue }
        try body(instance, job, distances, &random, "\(family) seed \(seed), \(waiting), job \(job)")
      }
    }
  }

  private func proven(_ potentials: Certificate.Potentials, _ instance: Instance, job: Int) -> Double {
    var alone = instance
    alone.jobs = [instance.jobs[job]]
    alone.jobs[0].weight = 1
    let bound = PotentialBound([potentials], of: alone, .total)
    #expect(bound.findings == [])
    return bound.value
  }

  @Test(arguments: AdversarialFamily.allCases, WaitingPolicy.allCases)
  func allDistancesWithAnyRunsProveTheLatency(_ family: AdversarialFamily, _ waiting: WaitingPolicy) throws {
    var jobs = 0
    try forEachJob(family, waiting) { instance, job, distances, random, context in
      let latency = distances.latency
      for _ in 0..<3 {
        let potentials = distances.potentials(instance, job: job, cutting: random.nextUnit(), &random)
        let value = proven(potentials, instance, job: job)
        #expect(value <= latency * (1 + 1e-9), "\(context), runs \(potentials.runs): \(value) of \(latency)")
        #expect(value >= latency * (1 - 1e-9), "\(context), runs \(potentials.runs): \(value) of \(latency)")
        jobs += 1
      }
    }
    #expect(jobs > 60, "\(jobs)")
  }

  @Test(arguments: AdversarialFamily.allCases, WaitingPolicy.allCases)
  func thoseOfASearchProveTheLatency(_ family: AdversarialFamily, _ waiting: WaitingPolicy) throws {
    var jobs = 0
    try forEachJob(family, waiting) { instance, job, distances, _, context in
      let workspace = SearchWorkspace()
      let search = try GoalDirectedSearch(
        instance.request(ofJob: job), in: instance.searchNetwork, workspace: workspace)
      let bound = try #require(search.bound, "\(context)")
      #expect(
        abs(search.latency - distances.latency) <= 1e-9 * distances.latency,
        "\(context): \(search.latency), but \(distances.latency)")
      var settled: [Certificate.Settled] = []
      GoalDirectedSearch.forEachSettled(in: workspace) { node, stage, isComputing, distance in
        settled.append(
          .init(
            stage: stage, isComputing: isComputing, nodes: [instance.network.nodes[node].id],
            distances: [distance]))
      }
      let potentials = Certificate.Potentials(
        job: instance.jobs[job].id, latency: search.latency, leastTimes: bound.leastTimes,
        runs: bound.runs.map(\.lowerBound), settled: settled)
      let value = proven(potentials, instance, job: job)
      #expect(value >= distances.latency * (1 - 1e-9), "\(context): \(value) of \(distances.latency)")
      jobs += 1
    }
    #expect(jobs > 20, "\(jobs)")
  }

  @Test(arguments: AdversarialFamily.allCases, WaitingPolicy.allCases)
  func forgeriesProveNothingMore(_ family: AdversarialFamily, _ waiting: WaitingPolicy) throws {
    var weakened = 0
    try forEachJob(family, waiting) { instance, job, distances, random, context in
      for forgery in 0..<10 {
        var forged = distances.potentials(instance, job: job, cutting: random.nextUnit(), &random)
        let factors = [0, 0.5, 0.99, 1.01, 2, 1e6]
        let factor = factors[Int.random(in: factors.indices, using: &random)]
        switch forgery % 4 {
        case 0: forged.latency *= 1 + 2 * random.nextUnit()
        case 1:
          for layer in forged.leastTimes.indices { forged.leastTimes[layer] *= factor }
        case 2:
          forged.latency *= 1 + random.nextUnit()
          forged.settled.remove(at: Int.random(in: forged.settled.indices, using: &random))
        default:
          let part = Int.random(in: forged.settled.indices, using: &random)
          forged.latency *= 1 + random.nextUnit()
          forged.settled[part].distances = forged.settled[part].distances.map { factor * $0 }
        }
        let value = proven(forged, instance, job: job)
        #expect(
          value <= distances.latency * (1 + 1e-9),
          "\(context), forgery \(forgery): \(value) of \(distances.latency)")
        if value < distances.latency * (1 - 1e-6) { weakened += 1 }
      }
    }
    #expect(weakened > 20, "\(weakened)")
  }
}

/// The distances of all vertices of a job's layered graph from its source, by relaxing all links until nothing changes.
private struct PlainDistances {
  /// By stage and node [s]; infinite where nothing leads.
  private(set) var transit: [[Double]] = []
  private(set) var computing: [[Double]] = []
  private(set) var latency = Double.infinity
  /// The least time of each layer on any node [s].
  private(set) var leastTimes: [Double] = []

  init(_ instance: Instance, job: Int) {
    let (network, description) = (instance.network, instance.jobs[job])
    let waits = network.nodes.map { $0.backlog > 0 ? $0.backlog / $0.compute : 0 }
    let isVisit = instance.options.waiting == .visit
    let layers = instance.dnn(ofJob: job).layers
    // What was computed on a node, or starts there, and may leave it.
    var own = [Double](repeating: .infinity, count: network.nodes.count)
    own[description.source] = 0
    for (stage, bytes) in instance.stageBytes(ofJob: job).enumerated() {
      var reached = own
      var isChanged = true
      while isChanged {
        isChanged = false
        for link in network.links where 8 * description.rate * bytes <= link.bandwidth * (1 + 1e-6) {
          let start = network.nodes[link.tail].isRelay ? reached[link.tail] : own[link.tail]
          let end = start + 8 * (bytes + link.backlog) / link.bandwidth + link.latency
          if end < reached[link.head] { (reached[link.head], isChanged) = (end, true) }
        }
      }
      transit.append(reached)
      guard stage < layers.count else { break }
      let times = network.nodes.indices.map { node -> Double in
        let isLarge = layers[stage].footprint > (network.nodes[node].memory ?? .infinity) * (1 + 1e-6)
        let time = instance.plainTime(ofLayer: stage, on: node, job: job) ?? .infinity
        return isLarge || description.rate * time > 1 + 1e-6 ? .infinity : time
      }
      leastTimes.append(times.min() ?? .infinity)
      let entered = zip(reached, waits).map { $0 + $1 }
      // Under `visit`, what was computed on a node does not wait there again.
      let ready = isVisit && stage > 0 ? zip(entered, own).map { min($0, $1) } : entered
      computing.append(ready)
      own = zip(ready, times).map { $0 + $1 }
    }
    latency = transit[layers.count][description.target]
  }

  /// All distances, with runs that start at any stages with that probability, and at the first.
  func potentials(
    _ instance: Instance, job: Int, cutting probability: Double, _ random: inout SplitMix64
  ) -> Certificate.Potentials {
    let hasRuns = random.nextUnit() < 0.7 && !leastTimes.isEmpty
    let runs = leastTimes.indices.filter { $0 == 0 || random.nextUnit() < probability }
    let isVisit = instance.options.waiting == .visit
    let lists =
      transit.enumerated().map { ($0, false, $1) }
      + (isVisit ? computing : []).enumerated().map { ($0, true, $1) }
    let settled = lists.map { stage, isComputing, distances in
      let nodes = distances.indices.filter { distances[$0] < .infinity }
      return Certificate.Settled(
        stage: stage, isComputing: isComputing, nodes: nodes.map { instance.network.nodes[$0].id },
        distances: nodes.map { distances[$0] })
    }
    return Certificate.Potentials(
      job: instance.jobs[job].id, latency: latency, leastTimes: leastTimes, runs: hasRuns ? runs : [],
      settled: settled)
  }
}
