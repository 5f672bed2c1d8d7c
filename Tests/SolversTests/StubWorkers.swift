import Foundation
import Solvers
import Testing

/// The executable of a worker, beside the tests.
func workerURL(_ name: String) throws -> URL {
  let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
  let candidates = [program, Bundle.main.bundleURL].map {
    $0.deletingLastPathComponent().appending(path: name)
  }
  return try #require(candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) })
}

/// A worker whose library misbehaves.
func withMisbehaving(
  _ behaviour: String, point: [Double] = [], _ body: (WorkerBackend) async throws -> Void
) async throws {
  let program = try workerURL("StubWorker").path
  let values = point.map { "\($0)" }.joined(separator: ",")
  let variables = "STUB='\(behaviour)'" + (point.isEmpty ? "" : " STUB_POINT=\(values)")
  try await withStub("\(variables) exec '\(program)'", body)
}

/// A worker that is a shell script.
func withStub(_ script: String, _ body: (WorkerBackend) async throws -> Void) async throws {
  let file = FileManager.default.temporaryDirectory.appending(
    path: "layerroute-stub-\(UUID().uuidString)")
  try "#!/bin/sh\n\(script)\n".write(to: file, atomically: true, encoding: .utf8)
  defer { try? FileManager.default.removeItem(at: file) }
  try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
  try await body(WorkerBackend(name: "stub", executable: file.path, remedy: "get it"))
}
