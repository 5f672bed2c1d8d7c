import Coordination
import LinearModels

/// The restricted master of column generation: the best mixture of the known paths, as a linear program in a session.
///
///     maximise   sum of v_m A_p L_p s_p
///     subject to sum of L_p use_{p,r} s_p <= 1                for each node and link r
///                sum of s_p <= 1                              for each task, if it takes one path
///                sum of L_p s_p <= Lambda_m                   for each task, if it may take several
///                sum of L_p (A_p - a_m) s_p >= 0              for each of these with a wanted accuracy
///                s_p >= 0
///
/// L_p is the largest rate of path p alone, so that s_p is a part of it and no coefficient of a load exceeds 1. If a task
/// takes one path, the second row holds for all plans, and it is stronger than the third.
struct PathMaster {
  private let session: any LinearSession
  private let instance: CoordinationInstance
  private let resourceCount: Int
  /// The largest rates of tasks.
  private let rates: [Double]
  /// What the objective is divided by.
  private let unit: Double
  /// By task, the largest distance of an accuracy from the wanted one, by which its row is divided; 0 without a row.
  private let spans: [Double]
  private var changes = LinearChanges()
  private(set) var paths: [RequestPath] = []
  private var isAllowed: [Bool] = []

  /// A program without paths.
  ///
  /// - Parameters:
  ///   - rates: by task.
  ///   - spans: by task, 0 for a task whose accuracy needs no row.
  ///   - unit: about the size of the reward, positive.
  init(
    _ session: any LinearSession, _ instance: CoordinationInstance, resourceCount: Int, rates: [Double],
    spans: [Double], unit: Double
  ) {
    self.session = session
    self.instance = instance
    self.resourceCount = resourceCount
    self.rates = rates
    self.spans = spans
    self.unit = unit
    changes.startsAnew = true
    for _ in 0..<resourceCount + instance.tasks.count { changes.rows.append(lower: -.infinity, upper: 1) }
    for span in spans where span > 0 { changes.rows.append(lower: 0, upper: .infinity) }
  }

  mutating func add(_ path: RequestPath) {
    let isSingle = instance.paths == .single
    var rows = path.resources
    var coefficients = path.uses.map { path.limit * $0 }
    rows.append(Int32(resourceCount + path.task))
    coefficients.append(isSingle ? 1 : path.limit / rates[path.task])
    if spans[path.task] > 0, let least = instance.leastMeanAccuracy(ofTask: path.task) {
      rows.append(accuracyRow(path.task))
      coefficients.append(path.limit / rates[path.task] * (path.accuracy - least) / spans[path.task])
    }
    // What is far below a solver's tolerance only spoils its scaling.
    for index in coefficients.indices where abs(coefficients[index]) < 1e-12 { coefficients[index] = 0 }
    changes.columns.append(
      cost: -path.limit * path.reward(instance) / unit, rows: rows, coefficients: coefficients)
    paths.append(path)
    isAllowed.append(true)
  }

  private func accuracyRow(_ task: Int) -> Int32 {
    Int32(resourceCount + instance.tasks.count + spans[..<task].count { $0 > 0 })
  }

  /// Allows and forbids paths.
  mutating func restrict(to allows: (RequestPath) -> Bool) {
    for index in paths.indices {
      let allowed = allows(paths[index])
      guard allowed != isAllowed[index] else { continue }
      isAllowed[index] = allowed
      changes.columnBounds.set(Int32(index), lower: 0, upper: allowed ? .infinity : 0)
    }
  }

  struct Solution {
    /// The reward of the mixture.
    let reward: Double
    /// By path, a part of its largest rate.
    let parts: [Double]
    /// The prices of resources, not negative: reward for the whole of one.
    let prices: [Double]
    /// By task: the reward that a path has to exceed, for all of its largest rate or for all of the task's rate.
    let taskPrices: [Double]
    /// By task: the reward for accuracy, alpha, not negative: per request and accuracy.
    let accuracyPrices: [Double]
  }

  /// Solves the program.
  /// - Returns: `nil` if the solver gave no optimum.
  mutating func solve() throws(BackendError) -> Solution? {
    var rest = LinearChanges()
    swap(&changes, &rest)
    let solution = try session.solve(rest)
    guard solution.termination == .optimal, let values = solution.values, let duals = solution.rowDuals,
      let objective = solution.objective
    else { return nil }
    let tasks = instance.tasks.indices
    return Solution(
      reward: -unit * objective, parts: values.map { max(0, $0) },
      prices: duals[..<resourceCount].map { unit * max(0, -$0) },
      taskPrices: tasks.map { unit * max(0, -duals[resourceCount + $0]) },
      accuracyPrices: tasks.map { task in
        guard spans[task] > 0 else { return 0 }
        return unit * max(0, duals[Int(accuracyRow(task))]) / (rates[task] * spans[task])
      })
  }

  /// The paths of a mixture with their rates [1/s].
  func streams(_ solution: Solution) -> [(path: RequestPath, rate: Double)] {
    zip(paths, solution.parts).filter { $1 > 0 }.map { ($0, $1 * $0.limit) }
  }
}
