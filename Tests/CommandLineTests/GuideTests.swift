import Foundation
import TestSupport
import Testing

/// The commands of docs/guide.md do what the page says, to the letter.
@Suite struct GuideTests {
  @Test func everyCommandPrintsWhatTheGuideShows() async throws {
    let examples = PackageFolder.url.appending(path: "docs/examples/tour")
    let folder = FileManager.default.temporaryDirectory.appending(path: "layerroute-guide-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for file in ["mobilenet.onnx", "alps.graphml", "instance.yaml"] {
      try FileManager.default.copyItem(at: examples.appending(path: file), to: folder.appending(path: file))
    }
    let page = try String(contentsOf: PackageFolder.url.appending(path: "docs/guide.md"), encoding: .utf8)
    let commands = Self.commands(of: page)
    #expect(commands.count >= 6)
    for (command, shown) in commands {
      let line = command.replacing(
        "layerroute ", with: "'\(Program.layerroute.url.path)' ", maxReplacements: 1)
      let shell = Program(URL(filePath: "/bin/sh"))
      let run = try await shell.run(["-c", "cd '\(folder.path)' && \(line) 2>&1"])
      #expect(run.exitStatus == 0, "\(command): \(run)")
      #expect(Self.withoutTimes(run.output) == Self.withoutTimes(shown), "\(command)")
    }
    // The picture beside the guide is the one that its last command draws.
    let drawn = try String(contentsOf: folder.appending(path: "plan.svg"), encoding: .utf8)
    #expect(drawn == (try String(contentsOf: examples.appending(path: "plan.svg"), encoding: .utf8)))
    let instance = try String(contentsOf: examples.appending(path: "instance.yaml"), encoding: .utf8)
    #expect(page.contains(instance))
  }

  /// The commands of a page, in order, each with the lines that it shows below.
  private static func commands(of page: String) -> [(command: String, output: String)] {
    page.matches(of: #/```console\n\$ ((?:.*\\\n)*.*)\n((?:.*\n)*?)```/#).map {
      (command: String($0.1).replacing("\\\n", with: " "), output: String($0.2))
    }
  }

  /// How long it took is another each time.
  private static func withoutTimes(_ text: String) -> String {
    text.replacing(#/, in [0-9.e-]+ [mun]?s\n/#, with: ", in ...\n")
  }
}
