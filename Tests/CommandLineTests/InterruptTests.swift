import Documents
import Foundation
import Splitting
import TestSupport
import Testing

/// SIGINT and SIGTERM end a long solve with what it has, and leave no process behind.
@Suite(.enabled(if: Backends.areThere, "needs a backend")) struct InterruptTests {
  @Test(arguments: zip([SIGINT, SIGTERM], [Int32(130), 143]))
  func signalsEndASolveWithTheBestPlanSoFar(_ number: Int32, _ status: Int32) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "instance.json").path
    try OutputFile.write(Instance.demo(seed: 2).json(), to: file)

    // On a machine busy with other tests it may take long to get as far as a first plan.
    for seconds in [3.0, 6, 12] {
      let run = try await Program.layerroute.run(
        ["solve", file, "--formulation", "assignment", "--format", "json"], interruptedBy: number,
        after: seconds)
      if run.exitStatus == nil, seconds < 12 { continue }
      expect(run, exits: status)
      let plan = try WrittenPlan(run.output)
      if plan.status == "unknown", seconds < 12 { continue }
      #expect(plan.status == "feasible")
      #expect(plan.hosts.count == 4)
      return
    }
  }
}
