import LinearModels

#if CBC
  import LinearModels

  #if canImport(Darwin)
    import Darwin
  #elseif canImport(Glibc)
    import Glibc
  #elseif canImport(Musl)
    import Musl
  #endif

  /// Runs `body` while no other thread of this process is inside the library.
  func exclusively<Value>(_ body: () throws(BackendError) -> Value) throws(BackendError) -> Value {
    libraryLock.lock()
    defer { libraryLock.unlock() }
    return try body()
  }

  private let libraryLock = Lock()

  /// A lock. It can be shared between threads, since its mutex is allocated once and never moves.
  private final class Lock: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    init() {
      mutex.initialize(to: pthread_mutex_t())
      pthread_mutex_init(mutex, nil)
    }

    deinit {
      pthread_mutex_destroy(mutex)
      mutex.deallocate()
    }

    func lock() { pthread_mutex_lock(mutex) }
    func unlock() { pthread_mutex_unlock(mutex) }
  }
#endif
