/// What a piece of work may use: time from now on, a gap at which it may stop, memory, and a place for its log.
///
/// The clock starts when the budget is made. Work that is done in parts gives each part a budget of its own with
/// ``part(seconds:)``.
public struct Budget: Sendable {
  /// Wall-clock limit [s]; `nil` for none.
  public let seconds: Double?
  /// Relative gap at which a search may stop.
  public var gap: Double
  /// Memory that a model, and the worker that solves it, may take [byte]; `nil` for what the machine has.
  public var memory: Double?
  /// The file descriptor that a backend's log goes to, 2 for standard error; `nil` for none.
  public var log: Int32?
  private let start = ContinuousClock.now

  /// - Parameters:
  ///   - seconds: wall-clock limit [s]; `nil` for none.
  ///   - gap: relative gap at which a search may stop.
  ///   - memory: what a model, and the worker that solves it, may take [byte]; `nil` for what the machine has.
  ///   - log: the file descriptor that a backend's log goes to; `nil` for none.
  public init(seconds: Double? = nil, gap: Double = 0, memory: Double? = nil, log: Int32? = nil) {
    self.seconds = seconds
    self.gap = gap
    self.memory = memory
    self.log = log
  }

  /// Wall-clock time since the budget was made [s].
  public var elapsed: Double {
    let elapsed = (ContinuousClock.now - start).components
    return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
  }

  /// What is left of the limit [s], not negative; `nil` without a limit.
  public var remaining: Double? { seconds.map { max(0, $0 - elapsed) } }

  /// Whether the time is over, or the current task was cancelled.
  public var isExhausted: Bool { remaining == 0 || Task.isCancelled }

  /// The same budget with a clock that starts now: for the next of several pieces of work.
  public func renewed() -> Budget { Budget(seconds: seconds, gap: gap, memory: memory, log: log) }

  /// A budget for a part of the work: it ends when this one does, or earlier.
  ///
  /// - Parameter seconds: the part's own limit [s]; `nil` for all that is left.
  public func part(seconds: Double? = nil) -> Budget {
    let limits = [seconds, remaining].compactMap(\.self)
    return Budget(seconds: limits.min(), gap: gap, memory: memory, log: log)
  }

  /// What a model may take before it is refused [byte].
  public var modelMemory: Double { min(memory ?? .infinity, MachineMemory.bytes) }
}
