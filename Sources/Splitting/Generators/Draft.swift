import Foundations
import Networks
import Splitting

/// A network with the places of its jobs, before jobs and capacities are set.
struct Draft {
  /// The network, in which every link has one in the opposite direction; nodes that compute are servers.
  var network: Network
  /// The number of nodes, the first ones, that are weak devices with a tenth of a server's memory.
  var deviceCount = 0
  /// Source and target of each job.
  var places: [(source: Int, target: Int)]

  /// The instance, with capacities as tight as the workload states.
  ///
  /// All draws that depend on the tightness come last, so that another tightness leaves network, DNNs and places
  /// unchanged.
  func instance(_ workload: Workload, _ random: inout SplitMix64) -> Instance {
    let (dnns, ofJobs) = workload.dnn.dnns(jobs: places.count, layers: workload.layers, &random)
    let jobs = places.enumerated().map { index, place in
      Job(id: Name("job \(index + 1)"), dnn: ofJobs[index], source: place.source, target: place.target)
    }
    let instance = Instance(network: network, dnns: dnns, jobs: jobs, options: workload.options)
    let tightness = workload.tightness
    var coupler = Coupler(instance, deviceCount: deviceCount, random)
    if workload.backlog > 0 { coupler.addBacklog(upTo: workload.backlog) }
    if tightness.memory > 0 { coupler.limitMemory(tightness.memory) }
    coupler.setRates(around: workload.rate)
    if tightness.computeLoad > 0 { coupler.limitComputeLoad(tightness.computeLoad) }
    if tightness.linkLoad > 0 { coupler.limitLinkLoad(tightness.linkLoad) }
    if tightness.deadline > 0 { coupler.setDeadlines(tightness.deadline) }
    return coupler.instance
  }
}

/// Sets the capacities, rates, backlogs and deadlines that couple the jobs of an instance.
private struct Coupler {
  private(set) var instance: Instance
  private let devices: [Int]
  private let servers: [Int]
  /// The weight of each node in the distribution of memory: 1 to 2 for a server.
  private let memoryShares: [Double]
  /// The rate of each job, relative to the mean.
  private let rateShares: [Double]
  private var random: SplitMix64

  init(_ instance: Instance, deviceCount: Int, _ random: SplitMix64) {
    var random = random
    let nodes = instance.network.nodes
    devices = Array(0..<deviceCount)
    servers = (deviceCount..<nodes.count).filter { nodes[$0].compute > 0 }
    memoryShares = nodes.indices.map { (1 + random.nextUnit()) * ($0 < deviceCount ? 0.1 : 1) }
    rateShares = instance.jobs.map { _ in (500 + 1000 * random.nextUnit()).rounded() / 1000 }
    self.instance = instance
    self.random = random
  }

  mutating func addBacklog(upTo most: Double) {
    let dnns = instance.jobs.map { instance.dnns[$0.dnn] }
    let work = dnns.reduce(0) { $0 + $1.work } / Double(dnns.count)
    let input = dnns.reduce(0) { $0 + $1.input } / Double(dnns.count)
    for node in servers { instance.network.nodes[node].backlog = (most * random.nextUnit() * work).rounded() }
    for link in instance.network.links.indices {
      instance.network.links[link].backlog = (most * random.nextUnit() * input).rounded()
    }
  }

  /// Gives each node its share of the demand divided by `tightness`; but the servers with the largest shares get room for
  /// any one layer if that is more, as many of them as three fifths of the memory are enough for, and at least one. If
  /// that is more than the share of all servers, the instance is less tight than requested.
  mutating func limitMemory(_ tightness: Double) {
    let total = instance.memoryDemand / tightness
    let shares = (devices + servers).reduce(0) { $0 + memoryShares[$1] }
    let largest = instance.largestLayer
    var left = total
    for node in devices {
      let memory = total * memoryShares[node] / shares
      instance.network.nodes[node].memory = memory.rounded(.up)
      left -= memory
    }
    let affordable = Int(min(Double(servers.count), 0.6 * left / max(1, largest)))
    var roomy = servers.sorted { memoryShares[$0] > memoryShares[$1] }.prefix(max(1, affordable))
    var spare = left - Double(roomy.count) * largest
    var spareShares = servers.reduce(0) { $0 + (roomy.contains($1) ? 0 : memoryShares[$1]) }
    while let server = roomy.first, spare * memoryShares[server] >= largest * spareShares {
      roomy.removeFirst()
      spare += largest
      spareShares += memoryShares[server]
    }
    for node in servers {
      let memory = roomy.contains(node) ? largest : max(0, spare) * memoryShares[node] / spareShares
      instance.network.nodes[node].memory = memory.rounded(.up)
    }
  }

  /// Sets the rates, which load nodes and links alike; capacities that are not to be tight stay unchanged.
  mutating func setRates(around mean: Double) {
    for job in instance.jobs.indices { instance.jobs[job].rate = mean * rateShares[job] }
  }

  /// Scales all compute rates.
  mutating func limitComputeLoad(_ tightness: Double) {
    let factor = instance.tightness.computeLoad / tightness
    for node in instance.network.nodes.indices { instance.network.nodes[node].compute *= factor }
  }

  /// Scales all bandwidths, but leaves every link at least the bandwidth for any one job's input or result; if that
  /// is more than its share, the instance is less tight than requested.
  mutating func limitLinkLoad(_ tightness: Double) {
    let factor = instance.tightness.linkLoad / tightness
    let needs = instance.jobs.map { job in
      let dnn = instance.dnns[job.dnn]
      return 8 * job.rate * max(dnn.input, dnn.layers.last?.output ?? 0)
    }
    let least = needs.max() ?? 0
    for link in instance.network.links.indices {
      instance.network.links[link].bandwidth = max(least, factor * instance.network.links[link].bandwidth)
    }
  }

  /// Sets the deadlines, rounded up to microseconds.
  mutating func setDeadlines(_ tightness: Double) {
    for job in instance.jobs.indices {
      let deadline = instance.singleHostLatency(ofJob: job) / tightness
      instance.jobs[job].deadline = (deadline * 1e6).rounded(.up) / 1e6
    }
  }
}
