/// The limits of a piece of work: time from now on, a gap at which it may stop, memory, and a place for its log.
///
/// The clock starts when the budget is created. Each part of the work gets its own budget with ``part(seconds:)``.
public struct Budget: Sendable {
  /// The wall-clock limit [s]; `nil` for none.
  public let seconds: Double?
  /// The relative gap at which a search may stop.
  public var gap: Double
  /// The memory that a model, and the worker that solves it, may use [byte]; `nil` for all of the machine's.
  public var memory: Double?
  /// The file descriptor for a backend's log, 2 for standard error; `nil` for none.
  public var log: Int32?
  private let start = ContinuousClock.now

  /// Limits that hold from now on, in the units of the properties.
  public init(seconds: Double? = nil, gap: Double = 0, memory: Double? = nil, log: Int32? = nil) {
    self.seconds = seconds
    self.gap = gap
    self.memory = memory
    self.log = log
  }

  /// The wall-clock time since the budget was created [s].
  public var elapsed: Double { (ContinuousClock.now - start) / .seconds(1) }

  /// The remaining time [s], not negative; `nil` without a limit.
  public var remaining: Double? { seconds.map { max(0, $0 - elapsed) } }

  /// Whether the time is over, or the current task was cancelled.
  public var isExhausted: Bool { remaining == 0 || Task.isCancelled }

  /// The same limits with a clock that starts now, for the next of several pieces of work.
  public func renewed() -> Budget { Budget(seconds: seconds, gap: gap, memory: memory, log: log) }

  /// A budget for a part of the work, which ends with this one, or earlier if it has a limit of its own [s].
  public func part(seconds: Double? = nil) -> Budget {
    Budget(seconds: [seconds, remaining].compactMap(\.self).min(), gap: gap, memory: memory, log: log)
  }

  /// The largest memory of a model; larger ones are refused [byte].
  public var modelMemory: Double { min(memory ?? .infinity, MachineMemory.bytes) }
}
