import Foundations
import Networks
import Queues
import QueuesChecking
import Splitting
import SplittingChecking
import Testing

@testable import QueuesAlgorithms

/// A random batch that can be scheduled.
struct Sample: Sendable, CustomStringConvertible {
  let seed: UInt64
  let batch: Batch

  var instance: Instance { batch.instance.splitting }
  var description: String { "seed \(seed)" }

  /// Batches of ``randomInstance(seed:nodes:jobs:layers:)``.
  ///
  /// Some instances cannot be scheduled, because a route leads nowhere, and the next seeds take their place: a test
  /// over samples has as many as it asks for.
  ///
  /// - Parameters:
  ///   - count: the number of batches.
  ///   - first: the first seed.
  ///   - step: from one seed to the next.
  static func batches(
    _ count: Int, from first: UInt64 = 0, by step: UInt64 = 1, nodes: ClosedRange<Int>,
    jobs: ClosedRange<Int>, layers: ClosedRange<Int>
  ) -> [Sample] {
    let seeds = (0..<UInt64(2 * count)).map { first + step * $0 }
    let samples = servable(count, of: seeds) {
      randomInstance(seed: $0, nodes: nodes, jobs: jobs, layers: layers)
    }
    precondition(samples.count == count, "at least half of the random instances can be scheduled")
    return samples
  }

  /// The same with nodes that are no relays, and layers that memory bandwidth bounds.
  static func machines(
    _ count: Int, from first: UInt64, nodes: ClosedRange<Int>, jobs: ClosedRange<Int>,
    layers: ClosedRange<Int>
  ) -> [Sample] {
    let samples = servable(count, of: (0..<UInt64(20 * count)).map { first + $0 }) { seed in
      var instance = randomInstance(seed: seed, nodes: nodes, jobs: jobs, layers: layers)
      instance.describeMachines(seed: seed)
      return instance
    }
    precondition(samples.count == count, "one in twenty instances with such machines can be scheduled")
    return samples
  }

  /// The first batches of the instances of some seeds that can be scheduled.
  private static func servable(
    _ count: Int, of seeds: [UInt64], _ instance: (UInt64) -> Instance
  ) -> [Sample] {
    var samples: [Sample] = []
    for seed in seeds where samples.count < count {
      guard let batch = try? Batch(QueueInstance(instance(seed))) else { continue }
      samples.append(Sample(seed: seed, batch: batch))
    }
    return samples
  }
}

extension Batch {
  /// A batch with the usual discipline and objective.
  init(_ instance: Instance) throws { self = try Batch(QueueInstance(instance)) }

  /// The services of a job in a plan.
  func chain(_ plan: JobPlan, of job: Int) -> ServiceChain { evaluator.chain(of: plan, ofJob: job) }

  /// The simulation of a schedule.
  func simulation(of schedule: Schedule, recording: Bool = false) -> Simulation {
    evaluator.evaluate(schedule, recording: recording).simulation
  }
}

/// Nodes by rate [FLOP/s], and links both ways with 8 Mbit/s, so that a tensor of a megabyte takes a second.
func network(_ rates: [Double], _ links: [(Int, Int, latency: Double)] = []) -> Network {
  Network(
    nodes: rates.enumerated().map { Node(id: Name("n\($0)"), compute: $1) },
    links: links.flatMap { duplex($0.0, $0.1, bandwidth: 8e6, latency: $0.latency) })
}

/// A link and its reverse.
func duplex(_ tail: Int, _ head: Int, bandwidth: Double, latency: Double) -> [Link] {
  [(tail, head), (head, tail)].map { Link(tail: $0, head: $1, bandwidth: bandwidth, latency: latency) }
}

/// A job at a node that computes for some seconds there, at 1 FLOP/s.
func local(_ seconds: [Double], release: Double = 0, weight: Double = 1) -> (DNN, Job) {
  let layers = seconds.enumerated().map { Layer(name: Name("l\($0)"), work: $1, output: 0) }
  return (
    DNN(name: "local", input: 0, layers: layers),
    Job(id: "local", dnn: 0, source: 0, target: 0, weight: weight, release: release)
  )
}

/// An instance of jobs with their DNNs.
func instance(_ network: Network, _ jobs: [(DNN, Job)]) -> Instance {
  var instance = Instance(network: network, dnns: [], jobs: [])
  for (index, (dnn, job)) in jobs.enumerated() {
    var (dnn, job) = (dnn, job)
    job.id = Name("j\(index)")
    // Identical jobs share a DNN, as they do in files.
    job.dnn =
      instance.dnns.firstIndex { $0.input == dnn.input && $0.layers == dnn.layers } ?? instance.dnns.count
    dnn.name = Name("d\(job.dnn)")
    if job.dnn == instance.dnns.count { instance.dnns.append(dnn) }
    instance.jobs.append(job)
  }
  return instance
}

/// With relays, one-way links, backlogs, releases, weights, layers without work, tensors without bytes, measured times and
/// rules for hosts.
///
/// For an even seed all figures are halves, which add up without rounding, so that times coincide often; for an odd one
/// they are tenths, which round, so that times nearly coincide.
func randomInstance(seed: UInt64, nodes: ClosedRange<Int>, jobs: ClosedRange<Int>, layers: ClosedRange<Int>)
  -> Instance
{
  var random = SplitMix64(seed: seed)
  let count = Int.random(in: nodes, using: &random)
  let unit = seed.isMultiple(of: 2) ? 2.0 : 10
  func number(_ range: ClosedRange<Int>) -> Double { Double(Int.random(in: range, using: &random)) / unit }
  func chance(of outcomes: Int) -> Bool { Int.random(in: 0..<outcomes, using: &random) == 0 }
  var network = network((0..<count).map { _ in [0.5, 1, 2].randomElement(using: &random) ?? 1 })
  for node in 0..<count {
    if count > 2, chance(of: 6) {
      network.nodes[node].compute = 0
    } else if chance(of: 3) {
      network.nodes[node].backlog = number(1...4) * network.nodes[node].compute
    }
  }
  for head in 1..<max(2, count) where head < count {
    let tail = Int.random(in: 0..<head, using: &random)
    network.links += duplex(tail, head, bandwidth: 8e6, latency: number(0...2))
  }
  if count > 2, !network.links.contains(where: { $0.tail == 0 && $0.head == count - 1 }) {
    network.links += duplex(0, count - 1, bandwidth: 16e6, latency: number(0...1))
    // A link in one direction may leave a node without a route; such instances are refused.
    if chance(of: 2) { network.links.removeLast() }
  }
  for link in network.links.indices where chance(of: 4) { network.links[link].backlog = 0.5e6 }
  var made: [(DNN, Job)] = []
  for _ in 0..<Int.random(in: jobs, using: &random) {
    let chain = (0..<Int.random(in: layers, using: &random)).map { index -> Layer in
      var layer = Layer(name: Name("l\(index)"), work: number(0...6), output: 1e6 * number(0...3))
      if chance(of: 5) {
        layer.times = [MeasuredTime(node: Int.random(in: 0..<count, using: &random), seconds: number(0...3))]
      }
      return layer
    }
    var job = Job(
      id: "job", dnn: 0, source: Int.random(in: 0..<count, using: &random),
      target: Int.random(in: 0..<count, using: &random), weight: number(0...4), release: number(0...6))
    if !chain.isEmpty, chance(of: 5) {
      job.hosts = [HostRule(layer: nil, nodes: [Int.random(in: 0..<count, using: &random)])]
    }
    made.append((DNN(name: "d", input: 1e6 * number(0...3), layers: chain), job))
    // Some jobs have a twin.
    if let twin = made.last, made.count < jobs.upperBound, chance(of: 5) { made.append(twin) }
  }
  return instance(network, made)
}

extension Instance {
  /// Makes two thirds of the nodes no relays, with slow links that lead round them, gives half of the nodes a
  /// memory bandwidth, and all layers a traffic, in the units of ``randomInstance(seed:nodes:jobs:layers:)``.
  mutating func describeMachines(seed: UInt64) {
    var random = SplitMix64(seed: seed &+ 770_000)
    let unit = seed.isMultiple(of: 2) ? 2.0 : 10
    let count = network.nodes.count
    for node in 0..<count {
      let next = (node + 1) % count
      for (tail, head) in [(node, next), (next, node)] where tail != head {
        guard !network.links.contains(where: { $0.tail == tail && $0.head == head }) else { continue }
        let latency = Double(Int.random(in: 1...4, using: &random)) / unit
        network.links.append(Link(tail: tail, head: head, bandwidth: 4e6, latency: latency))
      }
      network.nodes[node].isRelay = Int.random(in: 0..<3, using: &random) == 0
      if Bool.random(using: &random) {
        network.nodes[node].memoryBandwidth = [0.5e6, 1e6, 2e6].randomElement(using: &random)
      }
    }
    for dnn in dnns.indices {
      for layer in dnns[dnn].layers.indices {
        dnns[dnn].layers[layer].traffic = 1e6 * Double(Int.random(in: 0...6, using: &random)) / unit
      }
    }
  }
}

/// Every plan of a job, by enumeration that knows nothing of bounds.
func allPlans(of job: Int, in instance: Instance) -> [JobPlan] {
  let description = instance.jobs[job]
  let layers = instance.dnn(ofJob: job).layers.count
  let nodes = instance.network.nodes.indices
  var hosts: [[Int]] = [[]]
  for _ in 0..<layers { hosts = hosts.flatMap { prefix in nodes.map { prefix + [$0] } } }
  return hosts.flatMap { hosts -> [JobPlan] in
    let stops = [description.source] + hosts + [description.target]
    var plans = [JobPlan(hosts: hosts, routes: [])]
    for (start, end) in zip(stops, stops.dropFirst()) {
      let routes = simpleRoutes(from: start, to: end, in: instance.network)
      plans = plans.flatMap { plan in routes.map { JobPlan(hosts: hosts, routes: plan.routes + [$0]) } }
    }
    return plans
  }.filter { plan in
    var alone = instance
    alone.jobs = [description]
    return Evaluator(alone).evaluate(Plan(jobs: [plan])).isFeasible
  }
}

private func simpleRoutes(from start: Int, to end: Int, in network: Network) -> [[Int]] {
  var found: [[Int]] = []
  func extend(_ route: [Int]) {
    let last = route[route.count - 1]
    if last == end { found.append(route) }
    guard route.count == 1 || network.nodes[last].isRelay else { return }
    for link in network.links where link.tail == last && !route.contains(link.head) {
      extend(route + [link.head])
    }
  }
  extend([start])
  return found
}

func permutations(of elements: [Int]) -> [[Int]] {
  guard !elements.isEmpty else { return [[]] }
  return elements.flatMap { first in
    permutations(of: elements.filter { $0 != first }).map { [first] + $0 }
  }
}

/// A random schedule: hosts and routes of each job, and an order.
func randomSchedule(_ batch: Batch, using random: inout SplitMix64) -> Schedule {
  let jobs = batch.jobs.indices
  // Under random loads, shortest paths lead anywhere.
  let search = LoadedSearch(batch.tables)
  let plans = jobs.map { job in
    let loads = (0..<batch.resources.count).map { _ in 10 * random.nextUnit() }
    return batch.path(of: job, under: loads, search).plan
  }
  return Schedule(plan: Plan(jobs: plans), order: jobs.shuffled(using: &random))
}
