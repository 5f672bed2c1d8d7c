#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The memory that this process may use [byte].
package enum MachineMemory {
  /// The machine's memory, or the limit of the process if it is less.
  package static let bytes: Double = {
    let pages = Double(sysconf(Int32(_SC_PHYS_PAGES))) * Double(sysconf(Int32(_SC_PAGESIZE)))
    var limit = rlimit()
    #if os(Linux)
      let code = getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    #else
      let code = getrlimit(RLIMIT_AS, &limit)
    #endif
    return code == 0 ? min(pages, Double(limit.rlim_cur)) : pages
  }()
}

/// The program that this process runs.
package enum RunningProgram {
  /// The components of its absolute path, with symbolic links resolved; `nil` if the system does not say.
  package static func path() -> [String]? {
    #if os(Linux)
      let name = "/proc/self/exe"
    #else
      var size = UInt32(PATH_MAX)
      var buffer = [CChar](repeating: 0, count: Int(size))
      guard _NSGetExecutablePath(&buffer, &size) == 0 else { return nil }
      let name = String(cString: buffer)
    #endif
    guard let resolved = realpath(name, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved).split(separator: "/").map(String.init)
  }
}

/// Calls on file descriptors, repeated as long as signals interrupt them.
package enum Descriptor {
  /// Reads at most as many bytes as fit; the result is their number, 0 at the end, or negative with the reason in `errno`.
  package static func fill(_ chunk: inout [UInt8], from descriptor: Int32) -> Int {
    while true {
      let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 || errno != EINTR { return count }
    }
  }

  /// Writes all bytes; `false` if that fails, with the reason in `errno`.
  package static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}

/// A thread of its own for C code that blocks, or that needs a stack of some size.
package struct SystemThread {
  #if canImport(Darwin)
    private var thread: pthread_t?
  #else
    private var thread = pthread_t()
  #endif

  private final class Job {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
  }

  /// Starts work that may run beside the caller, on a stack of some size [byte]; `nil` if the system cannot do so.
  package init?(stackSize: Int? = nil, _ work: @escaping () -> Void) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    if let stackSize { pthread_attr_setstacksize(&attributes, stackSize) }
    let job = Unmanaged.passRetained(Job(work))
    let code = pthread_create(
      &thread, &attributes,
      { argument in
        let pointer: UnsafeMutableRawPointer? = argument
        if let pointer { Unmanaged<Job>.fromOpaque(pointer).takeRetainedValue().run() }
        return nil
      }, job.toOpaque())
    guard code == 0 else {
      job.release()
      return nil
    }
  }

  /// Waits until the work is done.
  package func join() {
    #if canImport(Darwin)
      if let thread { pthread_join(thread, nil) }
    #else
      pthread_join(thread, nil)
    #endif
  }
}
