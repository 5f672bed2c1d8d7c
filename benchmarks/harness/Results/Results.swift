/// What a results file holds.
public struct Results: Sendable, Equatable {
  public var sessions: [Session]
  /// In the order in which they ended.
  public var runs: [RunRecord]

  public init(sessions: [Session] = [], runs: [RunRecord] = []) {
    self.sessions = sessions
    self.runs = runs
  }
}
