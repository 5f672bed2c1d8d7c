/// A network with the places of its jobs, before jobs and capacities are set.
struct Draft {
  /// What a node is to the jobs.
  enum Role: Equatable {
    case relay
    /// Weak, and with a tenth of a server's memory.
    case device
    case server
  }

  /// Every link can be crossed both ways.
  var network: Network
  /// One entry a node.
  var roles: [Role]
  /// Source and target of each job.
  var places: [(source: Int, target: Int)]

  /// The instance, its capacities as tight as the workload says.
  ///
  /// All draws that depend on the tightness come last: another tightness leaves network, DNNs and places as they are.
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
    coupler.setRates(workload.tightness)
    coupler.setDeadlines(workload.tightness.deadline)
    return coupler.instance
  }
}

/// Sets what couples the jobs of an instance.
private struct Coupler {
  private(set) var instance: Instance
  private let roles: [Draft.Role]
  /// What a node gets of all memory, in proportion.
  private let memoryShares: [Double]
  /// What a job gets of all inferences, in proportion.
  private let rateShares: [Double]
  private var random: SplitMix64

  /// A node that is a device, beside a server's 1 to 2.
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
    rateShares = instance.jobs.map { _ in 0.5 + random.nextUnit() }
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

  /// Gives each node its share of the demand over `tightness`, but a server at least the room for the largest layer:
  /// where that is more than its share, the instance is less tight than asked.
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

  /// Rates load nodes and links alike. The compute load decides on them, and the bandwidths follow; without it, the
  /// link load at the bandwidths that there are.
  mutating func setRates(_ tightness: Tightness) {
    guard tightness.computeLoad > 0 || tightness.linkLoad > 0 else { return }
    for job in instance.jobs.indices { instance.jobs[job].rate = rateShares[job] }
    let measured = instance.tightness
    let factor =
      tightness.computeLoad > 0
      ? tightness.computeLoad / measured.computeLoad : tightness.linkLoad / measured.linkLoad
    for job in instance.jobs.indices { instance.jobs[job].rate *= factor }
    guard tightness.computeLoad > 0 && tightness.linkLoad > 0 else { return }
    let scale = instance.tightness.linkLoad / tightness.linkLoad
    for link in instance.network.links.indices { instance.network.links[link].bandwidth *= scale }
  }

  /// To microseconds.
  mutating func setDeadlines(_ tightness: Double) {
    guard tightness > 0 else { return }
    for job in instance.jobs.indices {
      let deadline = SingleHostLatency(of: job, in: instance).seconds / tightness
      instance.jobs[job].deadline = (deadline * 1e6).rounded(.up) / 1e6
    }
  }
}
