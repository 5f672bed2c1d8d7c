#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A limit to the memory of this process, set once and for all.
///
/// It counts what can be written and is private (`RLIMIT_DATA`), not what is merely mapped: libraries map much that
/// they never touch.
enum MemoryLimit {
  /// Stacks of threads are reserved whole, and hardly used [byte].
  private static let reservedForStacks = 128.0 * 1024 * 1024

  /// Allows so many bytes on top of what the process has by now; false where the system cannot.
  static func set(bytes: Double) -> Bool {
    #if os(Linux)
      guard bytes > 0, let used = usedBytes() else { return false }
      let most = used + reservedForStacks + bytes
      guard most < Double(Int64.max) else { return true }
      var limit = rlimit(rlim_cur: rlim_t(most), rlim_max: rlim_t(most))
      #if canImport(Glibc)
        return setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit) == 0
      #else
        return setrlimit(RLIMIT_DATA, &limit) == 0
      #endif
    #else
      // The limit exists on Darwin, and is not kept.
      return false
    #endif
  }

  #if os(Linux)
    /// The sixth number of `statm`: pages of data and stack.
    private static func usedBytes() -> Double? {
      let file = open("/proc/self/statm", O_RDONLY)
      guard file >= 0 else { return nil }
      defer { close(file) }
      var text = [UInt8](repeating: 0, count: 256)
      let count = text.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
      let numbers = String(decoding: text.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
      guard numbers.count > 5, let pages = Double(numbers[5]) else { return nil }
      return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }
  #endif
}
