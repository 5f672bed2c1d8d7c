import Foundations
import Networks
import Splitting

/// What an instance tries of pipelines and their throughput.
public enum PipelineFamily: String, Sendable, CaseIterable, CustomStringConvertible {
  /// Every two nodes have a link, and none forwards.
  case complete
  /// A ring with a chord, whose nodes forward.
  case backbone
  /// Tensors take longer than layers.
  case links
  /// Memory that adds up, weights and activations, near what one job needs on one node.
  case memory
  /// Machines and layers alike.
  case equal
  /// Each node runs one run of layers.
  case contiguous
  /// Two jobs, without rates.
  case jobs
  /// Two jobs with rates, one of which may be 0, weights and rules for hosts.
  case rates
  /// A limit on the latency.
  case deadline
  /// All of these.
  case together
  public var description: String { rawValue }
}

extension Instance {
  /// A tiny instance under the objective `bottleneck`, small enough for enumeration; some have no plan.
  public static func pipeline(_ family: PipelineFamily, seed: UInt64) -> Instance {
    var maker = PipelineInstance(family, seed: seed)
    return maker.instance()
  }
}

private struct PipelineInstance {
  private var random: SplitMix64
  private let family: PipelineFamily

  init(_ family: PipelineFamily, seed: UInt64) {
    self.family = family
    random = SplitMix64(seed: seed &* 1000 &+ UInt64(PipelineFamily.allCases.firstIndex(of: family) ?? 0))
  }

  private var isTogether: Bool { family == .together }
  private var hasSeveralJobs: Bool { [.jobs, .rates, .together].contains(family) }

  mutating func instance() -> Instance {
    let nodeCount = hasSeveralJobs ? 3 : int(2, 4)
    let isComplete = family == .complete || family == .contiguous && chance(0.5) || isTogether && chance(0.3)
    let nodes = (0..<nodeCount).map { node($0, forwards: !isComplete) }
    let links = links(nodeCount, isComplete: isComplete)
    let dnns = (0..<(hasSeveralJobs ? 2 : 1)).map { dnn($0) }
    let jobs = (0..<(hasSeveralJobs ? 2 : 1)).map { job($0, dnns, nodeCount) }
    return Instance(
      network: Network(nodes: nodes, links: links), dnns: dnns, jobs: jobs,
      options: Options(waiting: chance(0.5) ? .visit : .layer, objective: .bottleneck))
  }

  private mutating func node(_ index: Int, forwards: Bool) -> Node {
    let computes = index == 0 || chance(0.85)
    let rate = family == .equal ? 1e10 : real(3e9, 3e10)
    var node = Node(id: Name("n\(index)"), compute: computes ? rate : 0)
    node.isRelay = forwards && chance(0.9)
    if computes && chance(0.3) { node.backlog = real(1e6, 1e8) }
    if family == .memory || isTogether { node.memory = chance(0.1) ? nil : real(6e6, 2e7) }
    return node
  }

  private mutating func links(_ nodeCount: Int, isComplete: Bool) -> [Link] {
    var links: [Link] = []
    let factor = family == .links ? 0.05 : 1
    for tail in 0..<nodeCount {
      for head in 0..<nodeCount where tail != head {
        let isRing = (tail + 1) % nodeCount == head || (head + 1) % nodeCount == tail
        guard isComplete || isRing || chance(0.3) else { continue }
        let bandwidth = family == .equal ? 1e9 : real(2e8, 2e9)
        links.append(
          Link(
            tail: tail, head: head, bandwidth: factor * bandwidth,
            latency: chance(0.4) ? 0 : real(1e-5, 1e-3)))
      }
    }
    return links
  }

  private mutating func dnn(_ index: Int) -> DNN {
    let count = hasSeveralJobs ? int(1, 3) : int(2, 5)
    let layers = (0..<count).map { layer in
      let work = family == .equal ? 1e8 : chance(0.1) ? 0 : real(2e7, 4e8)
      var figures = Layer(name: Name("l\(layer)"), work: work, output: chance(0.1) ? 0 : real(1e4, 2e6))
      if family == .memory || isTogether {
        figures.memory = chance(0.3) ? 0 : real(1e6, 5e6)
        figures.weights = chance(0.3) ? 0 : real(1e6, 5e6)
        figures.activations = chance(0.3) ? 0 : real(1e6, 5e6)
      }
      return figures
    }
    return DNN(name: Name("dnn \(index)"), input: real(1e4, 2e6), layers: layers)
  }

  private mutating func job(_ index: Int, _ dnns: [DNN], _ nodeCount: Int) -> Job {
    let dnn = int(0, dnns.count - 1)
    var job = Job(
      id: Name("job \(index)"), dnn: dnn, source: int(0, nodeCount - 1), target: int(0, nodeCount - 1))
    if family == .rates || isTogether && chance(0.5) { job.rate = chance(0.2) ? 0 : real(1, 30) }
    if family == .rates || isTogether { job.weight = chance(0.2) ? 0 : real(0.5, 2) }
    if family == .deadline || isTogether && chance(0.3) { job.deadline = real(0.02, 0.2) }
    job.isContiguous = family == .contiguous || isTogether && chance(0.4)
    if (family == .rates || isTogether) && chance(0.3) {
      job.hosts = [HostRule(layer: int(0, dnns[dnn].layers.count - 1), nodes: [int(0, nodeCount - 1)])]
    }
    return job
  }

  /// A number between the two, to three digits of the lower one, so that ties occur.
  private mutating func real(_ low: Double, _ high: Double) -> Double { random.nextLogUniform(low, high) }

  private mutating func chance(_ share: Double) -> Bool { random.nextUnit() < share }

  private mutating func int(_ low: Int, _ high: Int) -> Int { low + random.nextIndex(below: high - low + 1) }
}

extension ObjectiveKind {
  /// The objectives that are functions of the latencies alone.
  public static let ofLatencies: [ObjectiveKind] = [.total, .max]
}
