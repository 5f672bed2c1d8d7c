/// The contents of a results file.
public struct Results: Sendable, Equatable {
  public var sessions: [Session]
  /// The runs, in the order in which they ended.
  public var runs: [RunRecord]

  public init(sessions: [Session] = [], runs: [RunRecord] = []) {
    self.sessions = sessions
    self.runs = runs
  }
}
