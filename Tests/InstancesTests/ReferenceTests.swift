import Foundation
import TestSupport
import Testing

@testable import Documents
@testable import Foundations
@testable import Networks
@testable import Splitting
@testable import SplittingGenerators

struct ReferenceTests {
  private let folder: TemporaryFolder
  private static let network = "{\"nodes\": [{\"id\": \"a\", \"compute\": 1}], \"links\": []}"

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(Self.network, to: "outside.json")
    try folder.write("nodes:\n  - {id: a, compute: 1}\nlinks: []\n", to: "in/parts/net.yaml")
    try folder.write("{\"input\": 3, \"layers\": []}", to: "in/dnn.json")
  }

  private func instance(network: String, dnn: String = "dnn.json") throws -> String {
    try folder.write(
      """
      {"layerroute": 1,
       "network": {"file": \(network)}, "dnns": {"d": {"file": "\(dnn)"}},
       "jobs": [{"id": "j", "dnn": "d", "source": "a", "target": "a"}]}
      """, to: "in/instance.json")
  }

  @Test func filesBesideAndBelowTheInstanceAreRead() throws {
    for network in ["parts/net.yaml", "./parts/../parts/net.yaml"] {
      let read = try Instance.read(file: instance(network: "\"\(network)\""))
      #expect(read.network.nodes == [Node(id: "a", compute: 1)])
      #expect(read.dnns == [DNN(name: "d", input: 3, layers: [])])
    }
  }

  @Test func filesOutsideNeedPermission() throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/in/link.json", withDestinationPath: "../outside.json")
    for path in ["../outside.json", folder.path + "/outside.json", "link.json", "parts/../../outside.json"] {
      let file = try instance(network: "\"\(path)\"")
      let error = try #require(throws: InputError.self, "\(path)") { try Instance.read(file: file) }
      #expect(error.message.contains("--allow-outside") && error.path == "network.file", "\(error)")
      #expect(error.line == 2 && error.column == 22, "\(error)")
      #expect(try Instance.read(file: file, allowOutside: true).network.nodes.count == 1, "\(path)")
    }
  }

  @Test func aSymbolicLinkThatStaysInsideIsFollowed() throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/in/near.yaml", withDestinationPath: "parts/net.yaml")
    _ = try Instance.read(file: instance(network: "\"near.yaml\""))
  }

  @Test func aMissingFileIsNamed() throws {
    let file = try instance(network: "\"not-there.json\"")
    let error = try #require(throws: InputError.self) { try Instance.read(file: file) }
    #expect(
      error.message.contains("\"not-there.json\"") && error.message.contains("no such file"), "\(error)")
    for odd in ["\"\"", "\"a\\u0000b\"", "\"parts\"", "7", "null"] {
      let file = try instance(network: odd)
      let error = try #require(throws: InputError.self) { try Instance.read(file: file) }
      #expect(error.path == "network.file", "\(error)")
    }
  }

  @Test func aReferenceInAReferencedFileIsRefused() throws {
    try folder.write("{\"file\": \"cycle.json\"}", to: "in/cycle.json")
    let file = try instance(network: "\"cycle.json\"")
    let error = try #require(throws: InputError.self) { try Instance.read(file: file) }
    #expect(error.file.hasSuffix("in/cycle.json") && error.message.contains("must not refer"), "\(error)")
  }

  @Test func aFaultInAReferencedFileIsPlacedThere() throws {
    try folder.write("{\"input\": 3,\n \"layers\": [{\"name\": \"l\", \"output\": -1}]}", to: "in/bad.json")
    let file = try instance(network: "\"parts/net.yaml\"", dnn: "bad.json")
    let error = try #require(throws: InputError.self) { try Instance.read(file: file) }
    #expect(
      error.file.hasSuffix("in/bad.json") && error.line == 2 && error.path == "layers[0].output", "\(error)")
  }

  @Test func aReferenceHoldsNothingElse() throws {
    let file = try folder.write(
      "{\"layerroute\": 1, \"network\": {\"file\": \"parts/net.yaml\", \"links\": []}, \"dnns\": {}, \"jobs\": []}",
      to: "in/instance.json")
    let error = try #require(throws: InputError.self) { try Instance.read(file: file) }
    #expect(error.path == "network.links" && error.message.contains("unknown key"), "\(error)")
  }

  @Test func aTextThatIsNoFileHasNoReferences() throws {
    let error = try #require(throws: InputError.self) {
      try parse("{\"layerroute\": 1, \"network\": {\"file\": \"x\"}, \"dnns\": {}, \"jobs\": []}")
    }
    #expect(error.path == "network" && error.message.contains("reference"), "\(error)")
  }

  @Test func theFormatIsToldByTheNameOrTheFirstByte() throws {
    for (name, text) in [
      ("a.yml", sampleYAML), ("a.YAML", sampleYAML), ("b", sampleYAML), ("c", "\n " + sampleInstance),
      ("d.json", sampleInstance), ("e.txt", "\u{FEFF}" + sampleInstance),
    ] {
      #expect(try Instance.read(file: folder.write(text, to: name)) == parse(sampleInstance), "\(name)")
    }
    let yamlCalledJSON = try folder.write(sampleYAML, to: "f.json")
    #expect(throws: InputError.self) { try Instance.read(file: yamlCalledJSON) }
  }

  @Test func aReferenceToAPipeIsRefusedWithoutWaiting() throws {
    try #require(mkfifo(folder.path + "/in/pipe.json", 0o600) == 0)
    let file = try instance(network: "\"pipe.json\"")
    let error = try #require(throws: InputError.self) { try Instance.read(file: file) }
    #expect(error.message.contains("pipe") && error.path == "network.file", "\(error)")
  }

  @Test func aPipeThatTheUserNamesIsReadToItsEnd() async throws {
    let pipe = folder.path + "/in/pipe"
    try #require(mkfifo(pipe, 0o600) == 0)
    let text = sampleInstance + String(repeating: " ", count: 300_000)
    let writer = Thread { try? text.write(toFile: pipe, atomically: false, encoding: .utf8) }
    writer.start()
    #expect(try Instance.read(file: pipe) == parse(sampleInstance))
  }

  /// A few bytes a reference must not multiply a large file in memory or time.
  @Test func manyReferencesToOneFileCostNoMoreThanTheFile() throws {
    let layers = (0..<2000).map { "{\"name\": \"l\($0)\", \"output\": 0}" }.joined(separator: ",")
    try folder.write("{\"input\": 0, \"layers\": [\(layers)]}", to: "in/large.json")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/in/same.json", withDestinationPath: "large.json")
    let dnns = (0..<2000).map {
      "\"d\($0)\": {\"file\": \"\($0.isMultiple(of: 2) ? "large" : "same").json\"}"
    }
    let file = try folder.write(
      """
      {"layerroute": 1, "network": {"file": "parts/net.yaml"}, "dnns": {\(dnns.joined(separator: ","))},
       "jobs": [{"id": "j", "dnn": "d1999", "source": "a", "target": "a", "hosts": {"l7": ["a"]}}]}
      """, to: "in/instance.json")
    let start = Fuzzing.processorSeconds
    let instance = try Instance.read(file: file)
    #expect(Fuzzing.processorSeconds - start < 5)
    #expect(instance.dnns.count == 2000 && instance.dnns[1999].name == "d1999")
    #expect(instance.dnns[1999].layers == instance.dnns[0].layers && instance.dnns[0].layers.count == 2000)
  }

  @Test func whatIsNoFileIsRefused() throws {
    let cases = [
      (folder.path, "folder"), ("/dev/zero", "device"),
      (folder.path + "/none", "no such file"),
      ("", "no file name"), ("a\0b", "no file name"), (folder.path + "/outside.json/x", "Not a directory"),
    ]
    for (path, words) in cases {
      let error = try #require(throws: InputError.self) { try Instance.read(file: path) }
      #expect(error.message.contains(words) && error.line == 0, "\(error)")
      #expect(throws: InputError.self) { try PlanDocument.read(file: path) }
    }
  }

  @Test func aFileBeyondTheLimitIsRefusedUnread() throws {
    let path = try folder.write("", to: "huge.json")
    #expect(truncate(path, off_t(InputFile.sizeLimit) + 1) == 0)
    let error = try #require(throws: InputError.self) { try Instance.read(file: path) }
    #expect(error.message.contains("1 GiB"))
  }
}
