import Foundations

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The largest amount of memory that this process has used so far.
public enum PeakMemory {
  /// The peak of the resident memory [byte]; `nil` if the system does not report it.
  public static var bytes: Double? {
    #if os(Linux)
      // On Linux, `getrusage` is of no use, since a child begins with the figure of its parent.
      let line = processFile("status").split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
      let words = line?.split(whereSeparator: \.isWhitespace)
      // The unit is kB, which for the kernel is 1024 bytes.
      return words?.dropFirst().first.flatMap { Double($0) }.map { 1024 * $0 }
    #else
      var usage = rusage()
      return getrusage(RUSAGE_SELF, &usage) == 0 ? Double(usage.ru_maxrss) : nil
    #endif
  }
}

/// A permanent limit on the memory of this process.
///
/// The limit counts private writable memory (`RLIMIT_DATA`), not all mapped memory, since libraries map much memory
/// that they never touch.
enum MemoryLimit {
  /// The allowance for the stacks of threads, which are counted whole but hardly used [byte].
  private static let reservedForStacks = 128.0 * 1024 * 1024

  /// Limits the memory of the process to what it has now and `bytes` more; `false` if the system cannot limit memory.
  static func set(bytes: Double) -> Bool {
    #if os(Linux)
      // The sixth number is the private writable memory in pages.
      let numbers = processFile("statm").split(separator: " ")
      guard bytes > 0, numbers.count > 5, let pages = Double(numbers[5]) else { return false }
      let most = pages * Double(sysconf(Int32(_SC_PAGESIZE))) + reservedForStacks + bytes
      guard most < Double(Int64.max) else { return true }
      var limit = rlimit(rlim_cur: rlim_t(most), rlim_max: rlim_t(most))
      return setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit) == 0
    #else
      // Darwin has the limit but does not enforce it.
      return false
    #endif
  }
}

#if os(Linux)
  /// The text of a file about this process in /proc; empty if it cannot be read.
  private func processFile(_ name: String) -> String {
    let file = open("/proc/self/\(name)", O_RDONLY)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var text = [UInt8](repeating: 0, count: 8192)
    let count = Descriptor.fill(&text, from: file)
    return String(decoding: text.prefix(max(0, count)), as: UTF8.self)
  }
#endif
