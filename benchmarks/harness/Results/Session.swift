/// A part of a campaign that one process ran: the settings, machine and versions that its runs share.
public struct Session: Sendable, Equatable, Codable {
  /// Unique in a results file, from 1.
  public var number: Int
  /// Name of the suite.
  public var suite: String
  /// Identifies the suite, so that results of two suites are not mixed.
  public var fingerprint: String
  public var settings: Settings
  /// The number of runs of the whole suite with the available methods.
  public var planned: Int
  public var machine: Machine
  /// The versions of LayerRoute and of each backend.
  public var versions: [String: String]
  /// The part of the suite that was run, as "1/4"; `nil` for all of it.
  public var shard: String?
  /// When it began (ISO 8601, UTC).
  public var started: String

  /// The settings of the suite.
  public struct Settings: Sendable, Equatable, Codable {
    /// The time limit of each run, building included [s].
    public var limit: Double
    /// The memory limit of each model, and of the process that solves it [byte].
    public var memory: Double
    public var repetitions: Int
    /// The seed of the order of runs and of the permutations.
    public var seed: UInt64
    /// Whether runs are given the heuristic's plan.
    public var isGivenPlan: Bool
    /// Whether choices that no plan of interest uses are pruned.
    public var isPruned: Bool

    public init(
      limit: Double, memory: Double, repetitions: Int, seed: UInt64, isGivenPlan: Bool = true,
      isPruned: Bool = true
    ) {
      self.limit = limit
      self.memory = memory
      self.repetitions = repetitions
      self.seed = seed
      self.isGivenPlan = isGivenPlan
      self.isPruned = isPruned
    }
  }

  public struct Machine: Sendable, Equatable, Codable {
    public var system: String
    public var processor: String
    public var processors: Int
    /// The size of the main memory [byte].
    public var memory: Double

    public init(system: String, processor: String, processors: Int, memory: Double) {
      self.system = system
      self.processor = processor
      self.processors = processors
      self.memory = memory
    }
  }

  /// Whether the times of both sessions can be compared.
  func isLike(_ other: Session) -> Bool { machine == other.machine && versions == other.versions }

  public init(
    number: Int, suite: String, fingerprint: String, settings: Settings, planned: Int, machine: Machine,
    versions: [String: String], shard: String? = nil, started: String
  ) {
    self.number = number
    self.suite = suite
    self.fingerprint = fingerprint
    self.settings = settings
    self.planned = planned
    self.machine = machine
    self.versions = versions
    self.shard = shard
    self.started = started
  }
}
