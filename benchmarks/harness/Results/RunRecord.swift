import Problems

/// A method to compare: a formulation with a backend.
public struct BenchmarkMethod: Sendable, Hashable, Codable, CustomStringConvertible {
  public var formulation: String
  /// "native" for the formulation's own method.
  public var backend: String

  public init(formulation: String, backend: String) {
    self.formulation = formulation
    self.backend = backend
  }

  public var description: String { "\(formulation) \(backend)" }
}

/// An instance of a suite, as far as summaries need to know it.
public struct Subject: Sendable, Hashable, Codable {
  /// Unique in the suite.
  public var name: String
  /// The class of instances that are summed up together.
  public var sizeClass: String
  /// The dimension that the suite varies, and its value here; `nil` if it varies none or several at once.
  public var scale: Scale?
  public var nodes: Int
  public var links: Int
  public var jobs: Int
  /// The layers of the longest DNN.
  public var layers: Int
  /// Whether larger values are better; absent from files where smaller ones are.
  private var maximised: Bool?

  public var isMaximised: Bool { maximised ?? false }

  public struct Scale: Sendable, Hashable, Codable {
    public var dimension: String
    public var value: Double

    public init(dimension: String, value: Double) {
      self.dimension = dimension
      self.value = value
    }
  }

  init(
    name: String, sizeClass: String, scale: Scale? = nil, _ size: InstanceSize, isMaximised: Bool = false
  ) {
    self.init(
      name: name, sizeClass: sizeClass, scale: scale, nodes: size.nodes, links: size.links, jobs: size.jobs,
      layers: size.layers, isMaximised: isMaximised)
  }

  /// Whether a value is better than another.
  func prefers(_ value: Double, to other: Double) -> Bool { isMaximised ? value > other : value < other }

  public init(
    name: String, sizeClass: String, scale: Scale? = nil, nodes: Int, links: Int, jobs: Int, layers: Int,
    isMaximised: Bool = false
  ) {
    self.name = name
    self.sizeClass = sizeClass
    self.scale = scale
    self.nodes = nodes
    self.links = links
    self.jobs = jobs
    self.layers = layers
    maximised = isMaximised ? true : nil
  }
}

/// How a run ended according to itself; ``Judgement`` compares runs with each other.
public enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
  /// Solved to optimality; the evaluator has accepted the plan.
  case solved
  /// The run proved that there is no plan.
  case infeasible
  /// The time limit was reached while the model was built or solved.
  case timedOut = "timed out"
  /// The model would exceed the memory limit.
  case tooLarge = "too large"
  /// The formulation cannot express the instance.
  case refused
  /// The answer was detected as wrong.
  case wrong
  /// The backend or the run's process failed.
  case failed
}

/// A run: a method on an instance, and its result.
public struct RunRecord: Sendable, Equatable, Codable {
  public var subject: Subject
  public var method: BenchmarkMethod
  /// From 0. Repetition 0 solves the model as it is stated, the others with rows and columns permuted.
  public var repetition: Int
  public var outcome: Outcome
  /// Number of the ``Session`` that the run belongs to.
  public var session: Int
  /// Wall-clock time from the parsed instance to the evaluated plan, or to the end of a run that did not finish [s].
  public var seconds: Double
  /// Its parts: stating the models, solving them, and decoding and evaluating solutions [s].
  public var build: Double?
  public var solve: Double?
  public var decode: Double?
  /// Value of the best plan that the run found, according to the evaluator [s].
  public var value: Double?
  /// The lower bound that the run proved [s].
  public var bound: Double?
  /// Value of the linear relaxation of the model solved [s]; of repetition 0 only.
  public var root: Double?
  /// Value of the heuristic's plan, which every run on the instance was given [s].
  public var known: Double?
  /// The size of the last model solved, or the size that a model would have that is too large.
  public var model: ModelDimensions?
  /// Branch-and-bound nodes and simplex iterations.
  public var nodes: Int?
  public var iterations: Int?
  /// Peak memory of the process that builds the model, and of the one that solves it [byte].
  public var buildMemory: Double?
  public var solveMemory: Double?
  /// The times of better plans, as far as the backend reports them.
  public var incumbents: [Incumbent]
  /// What failed or was wrong, or why the formulation refused.
  public var detail: String?

  public struct ModelDimensions: Sendable, Hashable, Codable {
    public var rows: Int
    public var columns: Int
    public var nonzeros: Int
    public var integers: Int

    public init(rows: Int, columns: Int, nonzeros: Int, integers: Int) {
      self.rows = rows
      self.columns = columns
      self.nonzeros = nonzeros
      self.integers = integers
    }
  }

  public struct Incumbent: Sendable, Hashable, Codable {
    /// Time since the run began [s].
    public var seconds: Double
    /// The value of the plan [s].
    public var value: Double

    public init(seconds: Double, value: Double) {
      self.seconds = seconds
      self.value = value
    }
  }

  public init(
    subject: Subject, method: BenchmarkMethod, repetition: Int, outcome: Outcome, session: Int = 1,
    seconds: Double
  ) {
    self.subject = subject
    self.method = method
    self.repetition = repetition
    self.outcome = outcome
    self.session = session
    self.seconds = seconds
    incumbents = []
  }
}

extension RunRecord {
  /// Identifies a run within its suite.
  public struct Key: Sendable, Hashable {
    public var subject: String
    public var method: BenchmarkMethod
    public var repetition: Int
  }

  public var key: Key { Key(subject: subject.name, method: method, repetition: repetition) }

  /// (value - bound) / value of the best plan, or (bound - value) / bound where larger values are better; `nil` without
  /// one.
  public var gap: Double? {
    guard let value, let bound else { return nil }
    let (worse, better) = subject.isMaximised ? (bound, value) : (value, bound)
    return worse == 0 ? 0 : max(0, (worse - better) / worse)
  }
}
