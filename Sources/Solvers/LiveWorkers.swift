import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The process groups of the running workers, for a program that has to end without waiting.
enum LiveWorkers {
  private static let groups = Mutex<Set<pid_t>>([])

  static func add(_ group: pid_t) { groups.withLock { _ = $0.insert(group) } }
  static func remove(_ group: pid_t) { groups.withLock { _ = $0.remove(group) } }
  static func endAll() { groups.withLock { for group in $0 { kill(-group, SIGKILL) } } }
}

extension WorkerBackend {
  /// Kills every worker of this process with all processes that it started, for a program that is about to
  /// exit without waiting for its solves, which then throw.
  public static func endAll() { LiveWorkers.endAll() }
}
