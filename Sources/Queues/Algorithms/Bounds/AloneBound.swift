extension SchedulingProblem {
  /// No schedule completes a job earlier, under any discipline: alone on its shortest way, without backlogs [s], one entry a
  /// job.
  public var earliestCompletions: [Double] {
    instance.jobs.indices.map { instance.jobs[$0].release + shortest($0) }
  }
}
