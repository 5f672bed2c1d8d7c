import Foundations

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A pipe that leads to a descriptor, for a library that writes its log to a file of a name.
///
/// HiGHS has a callback for messages too, but 1.11 crashes in it (a segmentation fault at the first message).
final class LogPipe {
  private var entrance: Int32
  private let exit: Int32
  private var thread: SystemThread?

  /// Opens the pipe; `nil` if the system cannot make a pipe or a thread.
  init?(to log: Int32) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    (exit, entrance) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let source = exit
    thread = SystemThread {
      var chunk = [UInt8](repeating: 0, count: 1 << 12)
      while true {
        let count = Descriptor.fill(&chunk, from: source)
        if count <= 0 { return }
        _ = Descriptor.writeAll(Array(chunk.prefix(count)), to: log)
      }
    }
    if thread == nil {
      for end in ends { close(end) }
      return nil
    }
  }

  /// The name of the file that is the entrance, until ``handOver()`` is called.
  var path: String { "/dev/fd/\(entrance)" }

  /// Closes this side of the entrance, which the library has opened, so that the log ends when the library closes it.
  func handOver() {
    if entrance >= 0 { close(entrance) }
    entrance = -1
  }

  /// Waits until the whole log is copied.
  func end() {
    handOver()
    thread?.join()
    close(exit)
  }
}
