import Foundation
import Instances
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
    for seconds in [3, 6, 12] {
      let output = try await outputOfSolve(file, interruptedBy: number, after: seconds, endingWith: status)
      if output == nil && seconds < 12 { continue }
      let text = try #require(output, "it did not listen \(seconds) s after its start")
      let document = try PlanDocument.parse(text, format: .json, name: "output")
      if document.status == .unknown && seconds < 12 { continue }
      #expect(document.status == .feasible)
      #expect(document.jobs.count == 4)
      return
    }
  }

  /// `nil` where the program had not got as far as to listen.
  private func outputOfSolve(
    _ file: String, interruptedBy number: Int32, after seconds: Int, endingWith status: Int32
  ) async throws -> [UInt8]? {
    let process = Process()
    process.executableURL = Program.layerroute.url
    process.arguments = ["solve", file, "--formulation", "assignment", "--format", "json"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    try await Task.sleep(for: .seconds(seconds))
    kill(process.processIdentifier, number)
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    if process.terminationReason == .uncaughtSignal { return nil }
    #expect(process.terminationStatus == status)
    return Array(text)
  }
}
