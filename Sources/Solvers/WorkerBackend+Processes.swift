import LinearModels
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

// What holds for the processes of all workers.
extension WorkerBackend {
  /// The process groups of the running workers.
  static let running = Mutex<Set<pid_t>>([])

  /// Kills every worker of this process with all processes that it started, for a program that is about to exit without
  /// waiting for its solves, which then throw.
  public static func endAll() { running.withLock { for group in $0 { kill(-group, SIGKILL) } } }

  /// The path of the worker.
  /// - Throws: ``/LinearModels/BackendError/unavailable(backend:remedy:)`` if there is none.
  func requireExecutable() throws(BackendError) -> String {
    if let executable { return executable }
    throw .unavailable(
      backend: name, remedy: "there is no layerroute-\(name) beside this program; \(remedy), and build it")
  }

  /// Ignores SIGPIPE, once and only if the process has its default action, so that writing to a worker that has exited
  /// fails with an error instead of ending the program, which swift-subprocess 1.0.2 does not prevent.
  static let surviveBrokenPipes: Void = {
    var current = sigaction()
    guard sigaction(SIGPIPE, nil, &current) == 0 else { return }
    #if os(Linux)
      let isDefault = current.__sigaction_handler.sa_handler == nil
    #else
      let isDefault = current.__sigaction_u.__sa_handler == nil
    #endif
    if isDefault { signal(SIGPIPE, SIG_IGN) }
  }()
}
