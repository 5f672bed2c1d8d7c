#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The most memory that this process has had in use so far.
public enum PeakMemory {
  /// Resident at once [byte]; `nil` where the system does not tell.
  public static var bytes: Double? {
    #if os(Linux)
      // Not what `getrusage` says: on Linux a child begins with its parent's figure.
      let file = open("/proc/self/status", O_RDONLY)
      guard file >= 0 else { return nil }
      defer { close(file) }
      var text = [UInt8](repeating: 0, count: 8192)
      let count = text.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
      let lines = String(decoding: text.prefix(max(0, count)), as: UTF8.self).split(separator: "\n")
      guard let line = lines.first(where: { $0.hasPrefix("VmHWM:") }) else { return nil }
      // In kB, which the kernel counts in 1024.
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
