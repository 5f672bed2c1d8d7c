import Splitting

/// The memory that paths of a mixture hold together or at most: weights that several jobs share, and activations.
///
/// Where the memory of a node is a row of the master, variables stand for what the node holds of each such layer, and for
/// each job's largest activations there, as a share of the memory:
///
///     sum over the paths p of job j that run layer l on u of x_p <= y(l, u)                  for each job of the DNN
///     sum over the paths p of job j that run layer l on u of a_l / M_u x_p <= y(j, u)        for each layer l
///
/// These *links* enter when a mixture violates them. Their prices are paid for a layer on a host, so that pricing stays a
/// program over blocks.
struct MemoryLinks {
  /// A variable for what a node holds.
  struct Held {
    /// The resource of the node's memory.
    let resource: Int
    /// What the node holds where the variable is 1, as a share of the memory.
    let share: Double
    /// The most that the variable has to be.
    let most: Double
  }

  /// The row that keeps a variable above what a job's paths take.
  struct Link {
    let held: Int
    let job: Int
    /// The layer and host: `layer * hostCount + host`.
    let place: Int
    /// What a path takes of the variable.
    let share: Double
    /// Whether it is the job's largest activations that are held.
    let isPeak: Bool
  }

  private let jobs: [PathJob]
  private let resources: CouplingLimits
  private(set) var held: [Held] = []
  private(set) var links: [Link] = []
  private var heldOfCell: [Int: Int] = [:]
  /// By job and node, at `job * nodeCount + node`.
  private var heldOfPeak: [Int: Int] = [:]
  private var known: Set<Key> = []

  private struct Key: Hashable {
    let held: Int
    let job: Int
    let place: Int
  }

  init(_ jobs: [PathJob], _ resources: CouplingLimits) {
    self.jobs = jobs
    self.resources = resources
  }

  /// Adds the variables of a node; returns their range.
  mutating func addNode(_ node: Int) -> Range<Int> {
    let first = held.count
    let memory = resources[.memory(node)]
    for (index, job) in jobs.enumerated() where job.hostOfNode[node] >= 0 && job.figures.hasHoldings {
      let (figures, host) = (job.figures, job.hostOfNode[node])
      for layer in 0..<job.layerCount where figures.sharedWeights[layer] > 0 {
        let cell = figures.cell(layer, host)
        guard figures.computeCosts[layer * job.hostCount + host] < .infinity, heldOfCell[cell] == nil else {
          continue
        }
        heldOfCell[cell] = held.count
        held.append(Held(resource: node, share: figures.sharedWeights[layer] / memory, most: 1))
      }
      if figures.hasActivations {
        heldOfPeak[index * job.nodeCount + node] = held.count
        held.append(Held(resource: node, share: 1, most: figures.peakAhead[0] / memory))
      }
    }
    return first..<held.count
  }

  /// Adds the links that a mixture violates, and returns them: `parts` are, by place, those of the job that run a layer on a
  /// host, and `values` those of the variables.
  mutating func addViolated(_ index: Int, parts: [Int: Double], held values: [Double]) -> [Link] {
    let job = jobs[index]
    var added: [Link] = []
    for (place, part) in parts.sorted(by: { $0.key < $1.key }) {
      let (layer, host) = (place / job.hostCount, place % job.hostCount)
      let node = job.figures.hosts[host]
      func add(_ variable: Int?, _ share: Double, isPeak: Bool) {
        guard let variable, share * part > values[variable] + 1e-7,
          known.insert(Key(held: variable, job: index, place: place)).inserted
        else { return }
        added.append(Link(held: variable, job: index, place: place, share: share, isPeak: isPeak))
      }
      if job.figures.sharedWeights[layer] > 0 {
        add(heldOfCell[job.figures.cell(layer, host)], 1, isPeak: false)
      }
      if job.figures.activations[layer] > 0 {
        add(
          heldOfPeak[index * job.nodeCount + node], job.figures.activations[layer] / resources[.memory(node)],
          isPeak: true)
      }
    }
    links += added
    return added
  }

  /// What the links of a job's layers cost at prices of the links, by layer and host; empty if nothing.
  func layerPrices(ofJob index: Int, _ prices: [Double]) -> [Double] {
    var layers: [Double] = []
    for (link, price) in zip(links, prices) where link.job == index && price > 0 {
      if layers.isEmpty {
        layers = Array(repeating: 0, count: jobs[index].layerCount * jobs[index].hostCount)
      }
      layers[link.place] += price * link.share
    }
    return layers
  }

  /// What the variables add to the Lagrangian bound at prices of the memory, by resource and byte, and of the links: at
  /// most 0, and 0 where the links of a variable cost no more than what is held.
  func bound(_ prices: [Double], links linkPrices: [Double]) -> Double {
    var costs = held.map { prices[$0.resource] * resources.values[$0.resource] * $0.share }
    for (link, price) in zip(links, linkPrices) { costs[link.held] -= price }
    return zip(held, costs).reduce(0) { $0 + min(0, $1.1) * $1.0.most }
  }
}
