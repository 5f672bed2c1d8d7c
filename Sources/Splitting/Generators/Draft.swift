import Foundations
import Networks
import Splitting

/// A network with the places of its jobs, before jobs and capacities are set.
struct Draft {
  /// The role of a node for the jobs.
  enum Role: Equatable {
    case relay
    /// A weak node with a tenth of a server's memory.
    case device
    case server
  }

  /// The network, in which every link has one in the opposite direction.
  var network: Network
  /// One entry a node.
  var roles: [Role]
  /// Source and target of each job.
  var places: [(source: Int, target: Int)]

  /// The instance, with capacities as tight as the workload states.
  ///
  /// All draws that depend on the tightness come last, so that another tightness leaves network, DNNs and
  /// places unchanged.
  func instance(_ workload: Workload, _ random: inout SplitMix64) -> Instance {
    let (dnns, ofJobs) = workload.dnn.dnns(jobs: places.count, layers: workload.layers, &random)
    let jobs = places.enumerated().map { index, place in
      Job(
        id: Name("job \(index + 1)"), dnn: ofJobs[index], source: place.source, target: place.target)
    }
    let instance = Instance(network: network, dnns: dnns, jobs: jobs, options: workload.options)
    var coupler = Coupler(instance, roles, random)
    coupler.addBacklog(upTo: workload.backlog)
    coupler.limitMemory(workload.tightness.memory)
    coupler.setRates(around: workload.rate)
    coupler.limitComputeLoad(workload.tightness.computeLoad)
    coupler.limitLinkLoad(workload.tightness.linkLoad)
    coupler.setDeadlines(workload.tightness.deadline)
    return coupler.instance
  }
}

/// Sets the capacities, rates, backlogs and deadlines that couple the jobs of an instance.
private struct Coupler {
  private(set) var instance: Instance
  private let roles: [Draft.Role]
  /// The weight of each node in the distribution of memory.
  private let memoryShares: [Double]
  /// The rate of each job, relative to the mean.
  private let rateShares: [Double]
  private var random: SplitMix64

  /// The weight of a device, while servers have 1 to 2.
  private static let deviceShare = 0.1

  init(_ instance: Instance, _ roles: [Draft.Role], _ random: SplitMix64) {
    var random = random
    memoryShares = roles.map { role in
      let share = 1 + random.nextUnit()
      return switch role {
      case .relay: 0
      case .device: share * Self.deviceShare
      case .server: share
      }
    }
    rateShares = instance.jobs.map { _ in (500 + 1000 * random.nextUnit()).rounded() / 1000 }
    self.instance = instance
    self.roles = roles
    self.random = random
  }

  mutating func addBacklog(upTo most: Double) {
    guard most > 0 else { return }
    let count = Double(instance.jobs.count)
    let work = instance.jobs.reduce(0) { $0 + instance.dnns[$1.dnn].work } / count
    let input = instance.jobs.reduce(0) { $0 + instance.dnns[$1.dnn].input } / count
    for node in roles.indices where roles[node] == .server {
      instance.network.nodes[node].backlog = (most * random.nextUnit() * work).rounded()
    }
    for link in instance.network.links.indices {
      instance.network.links[link].backlog = (most * random.nextUnit() * input).rounded()
    }
  }

  /// Gives each node its share of the demand divided by `tightness`, but a server at least the memory of the
  /// largest layer; if that is more than its share, the instance is less tight than requested.
  mutating func limitMemory(_ tightness: Double) {
    guard tightness > 0 else { return }
    let total = instance.memoryDemand / tightness
    let shares = memoryShares.reduce(0, +)
    let largest = instance.jobs.flatMap { instance.dnns[$0.dnn].layers.map(\.memory) }.max() ?? 0
    var (left, serverShares, servers) = (total, 0.0, 0.0)
    for node in roles.indices where roles[node] == .device {
      let memory = total * memoryShares[node] / shares
      instance.network.nodes[node].memory = memory.rounded(.up)
      left -= memory
    }
    for node in roles.indices where roles[node] == .server {
      serverShares += memoryShares[node]
      servers += 1
    }
    let spare = max(0, left - servers * largest)
    for node in roles.indices where roles[node] == .server {
      let memory = largest + spare * memoryShares[node] / serverShares
      instance.network.nodes[node].memory = memory.rounded(.up)
    }
  }

  /// Sets the rates, which load nodes and links alike; capacities that are not to be tight stay unchanged.
  mutating func setRates(around mean: Double) {
    for job in instance.jobs.indices { instance.jobs[job].rate = mean * rateShares[job] }
  }

  /// Scales all compute rates.
  mutating func limitComputeLoad(_ tightness: Double) {
    guard tightness > 0 else { return }
    let factor = instance.tightness.computeLoad / tightness
    for node in instance.network.nodes.indices { instance.network.nodes[node].compute *= factor }
  }

  /// Scales all bandwidths, but leaves every link at least the bandwidth for any one job's input or result;
  /// if that is more than its share, the instance is less tight than requested.
  mutating func limitLinkLoad(_ tightness: Double) {
    guard tightness > 0 else { return }
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
    guard tightness > 0 else { return }
    for job in instance.jobs.indices {
      let deadline = SingleHostLatency(of: job, in: instance).seconds / tightness
      instance.jobs[job].deadline = (deadline * 1e6).rounded(.up) / 1e6
    }
  }
}
