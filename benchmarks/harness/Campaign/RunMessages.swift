/// The request to a run's process: one line of JSON.
struct RunRequest: Codable, Sendable {
  var subject: Subject
  var method: BenchmarkMethod
  var repetition: Int
  /// The text of the instance's file.
  var instance: String
  /// The text of the heuristic's plan file, if runs are given a plan.
  var known: String?
  /// The time limit [s].
  var limit: Double
  /// The memory limit [byte].
  var memory: Double
  /// Whether choices that no plan of interest uses are pruned.
  var isPruned: Bool
  /// The seed of the order of rows and columns; `nil` for the order of the formulation.
  var permutation: UInt64?
}

/// The messages of a run's process, in this order: a line of JSON each.
enum RunMessage: Codable, Sendable {
  /// The instance was read, and time is measured from now on.
  case started
  case improved(RunRecord.Incumbent)
  case finished(RunRecord)
  /// The value of the linear relaxation [s].
  case relaxed(Double)
}
