import Foundation
import TestSupport
import Testing

/// The commands of pages in docs do what the page says, to the letter.
@Suite struct GuideTests {
  private struct Page {
    let name: String
    /// Below docs/examples.
    let examples: String
    /// What the reader has before the first command.
    var files: [String] = []
    /// What the commands draw.
    let picture: String
  }

  @Test func everyCommandPrintsWhatTheGuideShows() async throws {
    let guide = Page(
      name: "guide.md", examples: "tour", files: ["mobilenet.onnx", "alps.graphml", "instance.yaml"],
      picture: "plan.svg")
    try await check(guide, commands: 6)
    let instance = PackageFolder.url.appending(path: "docs/examples/tour/instance.yaml")
    let page = try String(contentsOf: PackageFolder.url.appending(path: "docs/guide.md"), encoding: .utf8)
    #expect(page.contains(try String(contentsOf: instance, encoding: .utf8)))
  }

  @Test func everyCommandPrintsWhatThePageOfSchedulesShows() async throws {
    try await check(Page(name: "scheduling.md", examples: "queues", picture: "gantt.svg"), commands: 4)
  }

  private func check(_ page: Page, commands count: Int) async throws {
    let examples = PackageFolder.url.appending(path: "docs/examples/\(page.examples)")
    let folder = FileManager.default.temporaryDirectory.appending(path: "layerroute-guide-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for file in page.files {
      try FileManager.default.copyItem(at: examples.appending(path: file), to: folder.appending(path: file))
    }
    let text = try String(
      contentsOf: PackageFolder.url.appending(path: "docs/\(page.name)"), encoding: .utf8)
    let commands = Self.commands(of: text)
    #expect(commands.count >= count)
    for (command, shown) in commands {
      let line = command.replacing(
        "layerroute ", with: "'\(Program.layerroute.url.path)' ", maxReplacements: 1)
      let shell = Program(URL(filePath: "/bin/sh"))
      let run = try await shell.run(["-c", "cd '\(folder.path)' && \(line) 2>&1"])
      #expect(run.exitStatus == 0, "\(command): \(run)")
      #expect(Self.withoutTimes(run.output) == Self.withoutTimes(shown), "\(command)")
    }
    // The picture beside the page is the one that a command draws.
    let drawn = try String(contentsOf: folder.appending(path: page.picture), encoding: .utf8)
    #expect(drawn == (try String(contentsOf: examples.appending(path: page.picture), encoding: .utf8)))
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
