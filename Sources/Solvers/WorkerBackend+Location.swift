#if os(Linux)
  import Glibc
#else
  import Foundation
#endif

/// Finds the worker executables, which are beside the running one.
package enum WorkerLocation {
  /// The path of a worker; `nil` if there is none.
  package static func path(ofWorker worker: String) -> String? {
    guard let program = runningExecutable() else { return nil }
    // Tests may run from a bundle that is some folders below the products.
    let bundle = program.lastIndex { $0.hasSuffix(".xctest") }
    let folders = [program.dropLast()] + (bundle.map { [program[..<$0]] } ?? [])
    return folders.map { "/" + ($0 + [worker]).joined(separator: "/") }.first { access($0, X_OK) == 0 }
  }

  /// The components of the running program's absolute path, with symbolic links resolved.
  private static func runningExecutable() -> [String]? {
    #if os(Linux)
      guard let resolved = realpath("/proc/self/exe", nil) else { return nil }
      defer { free(resolved) }
      let path = String(cString: resolved)
    #else
      guard let path = Bundle.main.executableURL?.resolvingSymlinksInPath().path else { return nil }
    #endif
    return path.split(separator: "/").map(String.init)
  }
}
