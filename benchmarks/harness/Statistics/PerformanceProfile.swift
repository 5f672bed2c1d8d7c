/// The share of problems that each method solves within a multiple of the fastest method's time.
///
/// Dolan and Moré, "Benchmarking optimization software with performance profiles" (Mathematical Programming 91, 2002).
public struct PerformanceProfile: Sendable, Equatable {
  /// A step function: it jumps at each of its steps, and is 0 before the first one.
  public struct Curve: Sendable, Equatable {
    public let method: BenchmarkMethod
    /// The steps, with growing ratios and shares.
    public let steps: [Step]

    /// The share of problems solved within a multiple of the best time.
    ///
    /// - Parameter ratio: the multiple of the best time.
    public func share(within ratio: Double) -> Double { steps.last { $0.ratio <= ratio }?.share ?? 0 }
  }

  public struct Step: Sendable, Equatable {
    /// The ratio to the best time of any method on the same problem; at least 1.
    public let ratio: Double
    /// The share of all problems, including those that no method solves.
    public let share: Double
  }

  /// The curves, in the order of the methods.
  public let curves: [Curve]
  public let problems: Int

  /// Compares times.
  ///
  /// - Parameters:
  ///   - methods: the methods, each with a curve.
  ///   - times: for each problem, the time of each method [s]; `nil` if it does not solve the problem.
  /// - Complexity: O(m n log n) for m methods and n problems.
  public init(methods: [BenchmarkMethod], times: [[Double?]]) {
    problems = times.count
    let best = times.map { $0.compactMap { $0 }.min() }
    curves = methods.indices.map { method in
      let ratios = zip(times, best).compactMap { times, best -> Double? in
        guard let time = times[method], let best else { return nil }
        return time == best ? 1 : time / best
      }
      return Curve(method: methods[method], steps: Self.steps(ratios.sorted(), problems: times.count))
    }
  }

  private static func steps(_ ratios: [Double], problems: Int) -> [Step] {
    ratios.indices.compactMap { index in
      let isLastOfItsHeight = index + 1 == ratios.count || ratios[index + 1] > ratios[index]
      guard isLastOfItsHeight else { return nil }
      return Step(ratio: ratios[index], share: Double(index + 1) / Double(problems))
    }
  }
}
