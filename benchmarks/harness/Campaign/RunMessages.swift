/// What a run's process is asked: one line of JSON.
struct RunRequest: Codable, Sendable {
  var subject: Subject
  var method: BenchmarkMethod
  var repetition: Int
  /// The text of its file.
  var instance: String
  /// The file of the heuristic's plan, if runs are given one.
  var known: String?
  /// [s]
  var limit: Double
  /// [byte]
  var memory: Double
  /// Whether choices are left out that no plan of interest uses.
  var isPruned: Bool
  /// Seed of the order of rows and columns; `nil` for that of the formulation.
  var permutation: UInt64?
}

/// What a run's process says: a line of JSON each, in this order.
enum RunMessage: Codable, Sendable {
  /// The instance was read: the clock runs.
  case started
  case improved(RunRecord.Incumbent)
  case finished(RunRecord)
  /// Value of the linear relaxation [s].
  case relaxed(Double)
}
