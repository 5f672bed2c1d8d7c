import TestSupport
import Testing

/// The plan of coordination as text.
@Suite struct CoordinationTextTests {
  private let files: SampleFiles

  init() throws { files = try SampleFiles() }

  private func instance(accuracy: Double, measured: String = "[]") throws -> String {
    try files.folder.write(
      """
      layerroute: 1
      problem: coordination
      network: {nodes: [{id: edge}, {id: hub}], links: [{from: edge, to: hub, bandwidth: 1 Gbit/s, duplex: true}]}
      dnns:
        alex: {host: edge, input: 150 kB, accuracy: 0.9, blocks: [{name: a1, time: 2 ms, output: 200 kB}, {name: a2, time: 3 ms, output: 4 kB}]}
        mobile: {host: hub, input: 150 kB, accuracy: 0.8, blocks: [{name: m1, time: 1 ms, output: 4 kB}]}
      connections:
        - {from: [alex, a1], to: [mobile, m1], penalty: -0.02}
        - {from: [mobile, m1], to: [alex, output]}
      tasks: [{id: cameras, dnn: alex, rate: 30, accuracy: \(accuracy)}]
      measured: \(measured)
      """, to: "instance.yaml")
  }

  /// The most accurate path is named, be it measured or not, and the chain of the service itself if it is that.
  @Test(arguments: [
    ("[]", "0.92 (alex: a1 > mobile: m1)"),
    ("[{task: cameras, path: [[alex, a1], [mobile, m1]], accuracy: 0.7}]", "0.9 (alex: a1, a2)"),
    ("[{task: cameras, path: [[alex, a1], [alex, a2]], accuracy: 0.93}]", "0.93 (alex: a1, a2)"),
  ])
  func anUnattainableAccuracyIsNamed(_ measured: String, _ best: String) async throws {
    let run = try await layerroute("solve", instance(accuracy: 0.95, measured: measured))
    #expect(
      run.output.hasSuffix("\ntask \"cameras\" wants accuracy 0.95, and no path has more than \(best)\n"),
      "\(run)")
  }

  @Test func anAccuracyThatIsAttainedIsNoReason() async throws {
    let run = try await layerroute("solve", instance(accuracy: 0.92))
    #expect(run.exitStatus == 0 && !run.output.contains("wants"), "\(run)")
  }
}
