import Charts

/// How a method's time grows with the dimension that a suite varies.
public struct Scaling: Sendable {
  public let dimension: String
  public let method: BenchmarkMethod
  /// By growing value.
  public let points: [Point]
  /// Fitted to the complete points: where some instance is too hard, the others' times are too low.
  public let law: PowerLaw?

  /// The instances of one value of the dimension.
  public struct Point: Sendable, Equatable {
    public let value: Double
    /// Median over the instances that every repetition solved, of each the median over its repetitions [s].
    public let seconds: Double?
    /// Instances that every repetition solved.
    public let solved: Int
    /// Those on which the method applies.
    public let instances: Int

    public var isComplete: Bool { solved == instances }
  }

  /// Sums up the instances that vary one dimension.
  ///
  /// - Parameters:
  ///   - dimension: others are left out.
  ///   - method: whose times are of interest.
  ///   - instances: of all dimensions.
  init(_ dimension: String, _ method: BenchmarkMethod, _ instances: [InstanceSummary]) {
    let varied = instances.filter { $0.subject.scale?.dimension == dimension }
    let byValue = Dictionary(grouping: varied) { $0.subject.scale?.value ?? 0 }
    let points = byValue.sorted { $0.key < $1.key }.compactMap { value, instances in
      Point(value, instances.compactMap { $0.attempts[method] })
    }
    self.dimension = dimension
    self.method = method
    self.points = points
    law = PowerLaw(
      points.compactMap { point in
        point.isComplete ? point.seconds.map { (size: point.value, seconds: $0) } : nil
      })
  }
}

extension Scaling.Point {
  /// `nil` where the method does not apply to any of the instances.
  fileprivate init?(_ value: Double, _ attempts: [InstanceSummary.Attempts]) {
    let applicable = attempts.filter { !$0.applicable.isEmpty }
    guard !applicable.isEmpty else { return nil }
    let times = applicable.filter(\.isSolvedThroughout).compactMap(\.seconds)
    self.init(
      value: value, seconds: Statistics.median(times), solved: times.count, instances: applicable.count)
  }
}
