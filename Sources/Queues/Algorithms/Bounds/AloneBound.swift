extension Batch {
  /// For each job a time before which no schedule completes it under any discipline: alone on its shortest path, without
  /// backlogs [s].
  public var earliestCompletions: [Double] { jobs.indices.map { jobs[$0].release + shortest($0) } }
}
