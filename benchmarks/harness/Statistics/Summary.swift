/// A summary of the runs of a results file.
public struct Summary: Sendable {
  public let judgement: Judgement
  /// The time limit of each run [s].
  public let limit: Double
  /// The methods, sorted by formulation, then by backend.
  public let methods: [BenchmarkMethod]
  /// The instances, the smallest first.
  public let instances: [InstanceSummary]
  /// The section of all instances.
  public let overall: Section
  /// The sections of the size classes, the smallest first.
  public let sizeClasses: [Section]
  /// The scalings, sorted by dimension, then by method.
  public let scalings: [Scaling]

  /// Instances that are summed up together.
  public struct Section: Sendable {
    public let name: String
    public let instances: Int
    /// The methods that were run on some of the instances.
    public let methods: [MethodSummary]
    /// The profile over all instances of the section, from medians over repetitions. A method that was not run on an
    /// instance, or refused it, counts as not solving it, so that all methods are compared on the same problems.
    public let profile: PerformanceProfile
    /// The runs that are wrong.
    public let disagreements: [JudgedRun]
  }

  /// Sums up runs.
  ///
  /// - Parameter results: the results, with at least one session; the limit is that of the sessions.
  public init(_ results: Results) {
    let judgement = Judgement(results.runs)
    let instances = InstanceSummary.all(in: judgement)
    let methods = Set(results.runs.map(\.method)).sorted {
      ($0.formulation, $0.backend) < ($1.formulation, $1.backend)
    }
    // Without a limit, no time can be assigned to an unsolved run.
    let limit = results.sessions.map(\.settings.limit).max() ?? .infinity
    self.judgement = judgement
    self.limit = limit
    self.methods = methods
    self.instances = instances
    overall = Section("all", instances, methods, limit: limit)
    sizeClasses = Self.classes(of: instances).map { Section($0, $1, methods, limit: limit) }
    let dimensions = Set(instances.compactMap(\.subject.scale?.dimension)).sorted()
    scalings = dimensions.flatMap { dimension in
      methods.map { Scaling(dimension, $0, instances) }.filter { !$0.points.isEmpty }
    }
  }

  /// The size classes, by increasing mean size of their instances.
  private static func classes(
    of instances: [InstanceSummary]
  ) -> [(name: String, instances: [InstanceSummary])] {
    let classes = Dictionary(grouping: instances, by: \.subject.sizeClass).map { name, instances in
      (name: name, instances: instances, size: Statistics.mean(instances.map { Double($0.size) }) ?? 0)
    }
    return classes.sorted { ($0.size, $0.name) < ($1.size, $1.name) }.map { ($0.name, $0.instances) }
  }
}

extension Summary.Section {
  fileprivate init(
    _ name: String, _ instances: [InstanceSummary], _ methods: [BenchmarkMethod], limit: Double
  ) {
    let present = methods.filter { method in instances.contains { $0.attempts[method] != nil } }
    self.name = name
    self.instances = instances.count
    let rooted = instances.filter { instance in
      present.allSatisfy { instance.rootGap(of: $0) != nil || !instance.states($0) }
    }
    self.methods = present.map { method in
      let baseline = BaselineComparison.baseline(for: method, among: present)
      return MethodSummary(method, on: instances, relaxedOn: rooted, baseline: baseline, limit: limit)
    }
    profile = PerformanceProfile(
      methods: present, times: instances.map { instance in present.map { instance.attempts[$0]?.seconds } })
    disagreements = instances.flatMap { instance in
      present.flatMap { instance.attempts[$0]?.runs.filter(\.isWrong) ?? [] }
    }
  }
}
