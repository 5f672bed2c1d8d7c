import Networks
import Problems
import Splitting

/// What `layerroute generate` and suites of benchmarks make an instance from: a family and what differs from its
/// usual parameters.
public struct Recipe: Sendable, Equatable {
  /// What an instance is generated as.
  public enum Family: String, Sendable, CaseIterable {
    case chain
    case twoTier = "two-tier"
    case geometric, backbone
    case fatTree = "fat-tree"
    case demo
  }

  /// What can be chosen, apart from the seed.
  public enum Parameter: Int, Sendable, CaseIterable {
    case nodes, devices, edgeServers, topology, arity
    case jobs, dnn, layers, objective
    case memoryTightness, computeTightness, linkTightness, deadlineTightness, rate, backlog, waiting

    /// The families that it applies to.
    public var families: [Family] {
      switch self {
      case .nodes: [.chain, .geometric]
      case .devices, .edgeServers: [.twoTier]
      case .topology: [.backbone]
      case .arity: [.fatTree]
      default: Family.allCases.filter { $0 != .demo }
      }
    }
  }

  public var family: Family
  /// `nil` for the usual one: 0, and the instance of `make demo` for the family of that name.
  public var seed: UInt64?

  public var nodes: Int?
  public var devices: Int?
  public var edgeServers: Int?
  public var topology: Backbone?
  public var arity: Int?

  public var jobs: Int?
  public var dnn: Architecture?
  public var layers: Int?
  public var objective: ObjectiveKind?

  public var memoryTightness: Double?
  public var computeTightness: Double?
  public var linkTightness: Double?
  public var deadlineTightness: Double?
  /// [1/s]
  public var rate: Double?
  public var backlog: Double?
  public var waiting: WaitingPolicy?

  public init(_ family: Family, seed: UInt64? = nil) {
    self.family = family
    self.seed = seed
  }

  /// The parameters that were chosen.
  public var chosen: [Parameter] { Parameter.allCases.filter(isChosen) }

  /// The first parameter chosen that does not apply to the family.
  public var misplaced: Parameter? { chosen.first { !$0.families.contains(family) } }

  private func isChosen(_ parameter: Parameter) -> Bool {
    switch parameter {
    case .nodes: nodes != nil
    case .devices: devices != nil
    case .edgeServers: edgeServers != nil
    case .topology: topology != nil
    case .arity: arity != nil
    case .jobs: jobs != nil
    case .dnn: dnn != nil
    case .layers: layers != nil
    case .objective: objective != nil
    case .memoryTightness: memoryTightness != nil
    case .computeTightness: computeTightness != nil
    case .linkTightness: linkTightness != nil
    case .deadlineTightness: deadlineTightness != nil
    case .rate: rate != nil
    case .backlog: backlog != nil
    case .waiting: waiting != nil
    }
  }

  /// The instance. A parameter that does not apply has no effect: see ``misplaced``.
  public func instance() throws(GeneratorError) -> Instance {
    let seed = seed ?? 0
    switch family {
    case .chain:
      let workload = workload(from: .chain)
      guard let nodes else { return try .chain(seed: seed, workload: workload) }
      return try .chain(seed: seed, nodes: nodes, workload: workload)
    case .twoTier:
      return try .twoTier(
        seed: seed, devices: devices ?? 4, edgeServers: edgeServers ?? 3, workload: workload(from: .twoTier))
    case .geometric:
      return try .geometric(seed: seed, nodes: nodes ?? 20, workload: workload(from: .geometric))
    case .backbone:
      return try .backbone(seed: seed, topology: topology ?? .nsfnet, workload: workload(from: .backbone))
    case .fatTree:
      return try .fatTree(seed: seed, arity: arity ?? 4, workload: workload(from: .fatTree))
    case .demo:
      return self.seed.map(Instance.demo(seed:)) ?? .demo()
    }
  }

  private func workload(from usual: Workload) -> Workload {
    var workload = usual
    workload.jobs = jobs ?? usual.jobs
    workload.dnn = dnn ?? usual.dnn
    workload.layers = layers ?? (workload.dnn == usual.dnn ? usual.layers : nil)
    workload.options.objective = objective ?? usual.options.objective
    workload.options.waiting = waiting ?? usual.options.waiting
    workload.tightness.memory = memoryTightness ?? usual.tightness.memory
    workload.tightness.computeLoad = computeTightness ?? usual.tightness.computeLoad
    workload.tightness.linkLoad = linkTightness ?? usual.tightness.linkLoad
    workload.tightness.deadline = deadlineTightness ?? usual.tightness.deadline
    let isLoaded = workload.tightness.computeLoad > 0 || workload.tightness.linkLoad > 0
    workload.rate = rate ?? (isLoaded && usual.rate == 0 ? 5 : usual.rate)
    workload.backlog = backlog ?? usual.backlog
    return workload
  }
}
