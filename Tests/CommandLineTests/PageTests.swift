import Foundation
import TestSupport
import Testing

/// The commands of the pages print what the pages show, to the letter.
@Suite struct PageTests {
  struct Page: Sendable, CustomStringConvertible {
    let path: String
    /// How many commands it has at least.
    let commands: Int
    /// What the reader has before the first command: files below the repository, by where they lie for the reader.
    var files: [String: String] = [:]
    /// A picture of the repository that a command of the page draws, by the name that the command gives it.
    var pictures: [String: String] = [:]

    var description: String { path }
  }

  static let camera = ["docs/examples/camera.yaml": "docs/examples/camera.yaml"]

  static let pages = [
    Page(path: "README.md", commands: 1, files: camera),
    Page(path: "docs/solving.md", commands: 4, files: camera),
    Page(path: "docs/paths.md", commands: 1, files: camera),
    Page(
      path: "docs/comparing.md", commands: 2,
      files: camera.merging(["docs/examples/by-hand.json": "docs/examples/by-hand.json"]) { $1 }),
    Page(
      path: "docs/throughput.md", commands: 2,
      files: ["docs/examples/pipeline.yaml": "docs/examples/pipeline.yaml"]),
    Page(
      path: "docs/instances.md", commands: 3,
      files: ["docs/examples/streams.yaml": "docs/examples/streams.yaml"]),
    Page(
      path: "docs/batching.md", commands: 3,
      files: ["docs/examples/batching/cell.yaml": "docs/examples/batching/cell.yaml"],
      pictures: ["plan.svg": "docs/examples/batching/plan.svg"]),
    Page(
      path: "docs/coordination.md", commands: 2,
      files: ["docs/examples/vision.yaml": "docs/examples/vision.yaml"]),
    Page(path: "docs/generating.md", commands: 1),
    Page(
      path: "docs/splitting-a-language-model.md", commands: 2,
      files: Dictionary(
        uniqueKeysWithValues: ["config.json", "instance.yaml"].map {
          ("docs/examples/llm/\($0)", "docs/examples/llm/\($0)")
        })),
    Page(
      path: "docs/serving.md", commands: 3,
      files: [
        "docs/examples/cluster.json": "docs/examples/cluster.json",
        "docs/examples/short-cluster.json": "docs/examples/short-cluster.json",
      ]),
    Page(
      path: "docs/guide.md", commands: 6,
      files: Dictionary(
        uniqueKeysWithValues: ["mobilenet.onnx", "alps.graphml", "instance.yaml"].map {
          ($0, "docs/examples/tour/\($0)")
        }), pictures: ["plan.svg": "docs/examples/tour/plan.svg"]),
    Page(
      path: "docs/scheduling.md", commands: 4, pictures: ["gantt.svg": "docs/examples/queues/gantt.svg"]),
  ]

  @Test(.enabled(if: Backends.areThere, "needs a backend"), arguments: pages)
  func everyCommandPrintsWhatThePageShows(_ page: Page) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "layerroute-page-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (place, source) in page.files {
      let target = folder.appending(path: place)
      try FileManager.default.createDirectory(
        at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(at: PackageFolder.url.appending(path: source), to: target)
    }
    let commands = Self.commands(of: try Self.text(page.path))
    #expect(commands.count >= page.commands)
    for (command, shown) in commands {
      let line = command.replacing(
        "layerroute ", with: "'\(Program.layerroute.url.path)' ")
      let shell = Program(URL(filePath: "/bin/sh"))
      let run = try await shell.run(["-c", "cd '\(folder.path)' && \(line) 2>&1"])
      #expect(run.exitStatus ?? 70 < 64, "\(command): \(run)")
      #expect(Self.withoutTimes(run.output) == Self.withoutTimes(shown), "\(command)")
    }
    // The pictures beside the page are those that its commands draw.
    for (name, committed) in page.pictures {
      let drawn = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      #expect(drawn == (try Self.text(committed)), "\(name)")
    }
  }

  /// A listing of a file is the file.
  @Test(arguments: [
    ("README.md", "docs/examples/camera.yaml"), ("docs/guide.md", "docs/examples/tour/instance.yaml"),
    ("docs/instances.md", "docs/examples/streams.yaml"),
    ("docs/batching.md", "docs/examples/batching/cell.yaml"),
    ("docs/splitting-a-language-model.md", "docs/examples/llm/instance.yaml"),
    ("docs/coordination.md", "docs/examples/vision.yaml"),
    ("docs/comparing.md", "docs/examples/by-hand.json"),
    ("docs/serving.md", "docs/examples/cluster.json"),
  ])
  func listingsAreTheFiles(_ page: String, _ file: String) throws {
    #expect(try Self.text(page).contains(try Self.text(file)))
  }

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: PackageFolder.url.appending(path: path), encoding: .utf8)
  }

  /// The commands of a page, in order, each with the lines that it shows below.
  private static func commands(of page: String) -> [(command: String, output: String)] {
    page.matches(of: #/```console\n\$ ((?:.*\\\n)*.*)\n((?:.*\n)*?)```/#).map {
      (command: String($0.1).replacing("\\\n", with: " "), output: String($0.2))
    }
  }

  /// Times differ from run to run.
  private static func withoutTimes(_ text: String) -> String {
    text.replacing(#/, in [0-9.e-]+ [mun]?s\n/#, with: ", in ...\n")
  }
}
