import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The process groups of the workers that run, for who has to end the program without waiting.
enum LiveWorkers {
  private static let groups = Mutex<Set<pid_t>>([])

  static func add(_ group: pid_t) { groups.withLock { _ = $0.insert(group) } }
  static func remove(_ group: pid_t) { groups.withLock { _ = $0.remove(group) } }
  static func endAll() { groups.withLock { for group in $0 { kill(-group, SIGKILL) } } }
}

extension WorkerBackend {
  /// Ends every worker of this process at once, with what it has started: for a program that is about to leave without
  /// waiting for its solves. They throw then.
  public static func endAll() { LiveWorkers.endAll() }
}
