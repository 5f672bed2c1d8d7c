import Foundations

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Finds the worker executables, which are beside the running one.
package enum WorkerLocation {
  /// The path of a worker; `nil` if there is none.
  package static func path(ofWorker worker: String) -> String? {
    guard let program = RunningProgram.path() else { return nil }
    // Tests may run from a bundle that is some folders below the products.
    let bundle = program.lastIndex { $0.hasSuffix(".xctest") }
    let folders = [program.dropLast()] + (bundle.map { [program[..<$0]] } ?? [])
    return folders.map { "/" + ($0 + [worker]).joined(separator: "/") }.first { access($0, X_OK) == 0 }
  }
}
