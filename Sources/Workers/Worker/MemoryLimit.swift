#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A permanent limit on the memory of this process.
///
/// The limit counts private writable memory (`RLIMIT_DATA`), not all mapped memory, since libraries map much memory
/// that they never touch.
enum MemoryLimit {
  /// The allowance for the stacks of threads, which are counted whole but hardly used [byte].
  private static let reservedForStacks = 128.0 * 1024 * 1024

  /// Limits the memory of the process to what it has now and some more.
  ///
  /// - Parameter bytes: the additional memory [byte].
  /// - Returns: `false` if the system cannot limit memory.
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
      // Darwin has the limit but does not enforce it.
      return false
    #endif
  }

  #if os(Linux)
    /// The private writable memory of the process [byte]: the sixth number of `statm`, in pages.
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
