import Charts

/// How a method's time grows with the dimension that a suite varies.
public struct Scaling: Sendable {
  public let dimension: String
  public let method: BenchmarkMethod
  /// The points, by increasing value.
  public let points: [Point]
  /// The power law fitted to the complete points: if some instance is unsolved, the median of the others is too low.
  public let law: PowerLaw?

  /// The instances of one value of the dimension.
  public struct Point: Sendable, Equatable {
    public let value: Double
    /// Median over the instances that every repetition solved, of the median over the repetitions of each [s].
    public let seconds: Double?
    /// The number of instances that every repetition solved.
    public let solved: Int
    /// The number of instances to which the method applies.
    public let instances: Int

    public var isComplete: Bool { solved == instances }
  }

  /// Sums up the instances that vary one dimension.
  ///
  /// - Parameters:
  ///   - dimension: the dimension; instances of others are left out.
  ///   - method: the method whose times are summed up.
  ///   - instances: the instances of all dimensions.
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
  /// `nil` if the method does not apply to any of the instances.
  fileprivate init?(_ value: Double, _ attempts: [InstanceSummary.Attempts]) {
    let applicable = attempts.filter { !$0.applicable.isEmpty }
    guard !applicable.isEmpty else { return nil }
    let times = applicable.filter(\.isSolvedThroughout).compactMap(\.seconds)
    self.init(
      value: value, seconds: Statistics.median(times), solved: times.count, instances: applicable.count)
  }
}
