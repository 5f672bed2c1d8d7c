#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The largest amount of memory that this process has used so far.
public enum PeakMemory {
  /// The peak of the resident memory [byte]; `nil` if the system does not report it.
  public static var bytes: Double? {
    #if os(Linux)
      // On Linux, `getrusage` is of no use, since a child begins with the figure of its parent.
      let file = open("/proc/self/status", O_RDONLY)
      guard file >= 0 else { return nil }
      defer { close(file) }
      var text = [UInt8](repeating: 0, count: 8192)
      let count = text.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
      let lines = String(decoding: text.prefix(max(0, count)), as: UTF8.self).split(separator: "\n")
      guard let line = lines.first(where: { $0.hasPrefix("VmHWM:") }) else { return nil }
      // The unit is kB, which for the kernel is 1024 bytes.
      return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }.map {
        1024 * $0
      }
    #else
      var usage = rusage()
      guard getrusage(RUSAGE_SELF, &usage) == 0 else { return nil }
      return Double(usage.ru_maxrss)
    #endif
  }
}
