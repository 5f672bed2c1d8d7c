import Foundation
import TestSupport
import Testing

@testable import Documents
@testable import Foundations
@testable import Networks
@testable import Splitting
@testable import SplittingGenerators

struct WriterTests {
  @Test func aWrittenInstanceIsReadableAndReadsBackEqual() throws {
    let instance = try parse(sampleInstance)
    let text = instance.json()
    #expect(try parse(text) == instance)
    #expect(
      text.contains("\n      {\"id\": \"camera\", \"compute\": 5000000000, \"memory\": 536870912},\n"),
      "\(text)")
    #expect(
      text.contains(
        "{\"id\": \"edge\", \"compute\": 2000000000000, \"backlog\": 4000000000, \"position\": [2.5, -1]}"),
      "\(text)")
    #expect(
      text.contains("\n      {\"from\": \"edge\", \"to\": \"switch\", \"bandwidth\": 1000000000}\n"),
      "\(text)")
    #expect(
      text.hasSuffix("\n  \"options\": {\"waiting\": \"layer\", \"objective\": \"max\"}\n}\n"), "\(text)")
  }

  @Test func randomNumbersReadBackEqual() throws {
    var random = SplitMix64(seed: 11)
    for _ in 0..<5_000 {
      let value = Double(bitPattern: random.next() & ~(1 << 63))
      guard value.isFinite else { continue }
      let text = JSONWriter.text(of: .number(value))
      let bytes = Array(text.utf8)
      #expect(DecimalNumber(bytes, in: bytes.indices)?.value(bytes) == value, "\(text)")
    }
  }

  private static let values: [(JSONValue, String)] = [
    (.number(5), "5\n"), (-0.5, "-0.5\n"), (.number(.infinity), "null\n"), (true, "true\n"),
    ([], "[]\n"), ([:], "{}\n"), (["a": [1, 2], "b": "x"], "{\"a\": [1, 2], \"b\": \"x\"}\n"),
    ([["a": 1]], "[\n  {\"a\": 1}\n]\n"), ("a\"\\\u{1}\n\u{7F}é", "\"a\\\"\\\\\\u0001\\n\\u007fé\"\n"),
  ]

  @Test(arguments: values)
  func valuesAreWrittenInOneWay(value: JSONValue, text: String) {
    #expect(JSONWriter.text(of: value) == text)
  }

  @Test func longListsAreBrokenOneElementALine() {
    let word = String(repeating: "x", count: 60)
    let text = JSONWriter.text(of: ["k": [.string(word), .string(word)]])
    #expect(text == "{\n  \"k\": [\n    \"\(word)\",\n    \"\(word)\"\n  ]\n}\n")
  }

  @Test func namesAreShownWithoutControlCharacters() {
    #expect(TerminalText.escaped("a\u{1B}[1m\n\u{202E}é日") == "a\\u001b[1m\\u000a\\u202eé日")
    #expect(TerminalText.quoted("a\"b\\\u{7F}") == "\"a\\\"b\\\\\\u007f\"")
    #expect(TerminalText.quoted(String(repeating: "a", count: 500)).count == 203)
    #expect(TerminalText.shortened(String(repeating: "\u{1B}", count: 500)).count == 1201)
    #expect(TerminalText.escaped("\u{E0001}") == "\\udb40\\udc01")
  }
}

struct TerminalJSONTests {
  /// JSON goes to terminals too, where U+009B begins a command and U+202E turns the text around.
  @Test func whatTerminalsObeyIsEscapedInJSON() {
    let text = JSONWriter.text(of: .string("a\u{1B}\u{7F}\u{9B}\u{202E}\u{E0001}é日\"\\\n"))
    #expect(text == #""a\u001b\u007f\u009b\u202e\udb40\udc01é日\"\\\n""# + "\n")
  }
}

struct OutputFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func contents(_ name: String) throws -> String {
    try String(contentsOfFile: folder.path + "/" + name, encoding: .utf8)
  }

  @Test func aFileIsCreatedAndReplacedAndNothingElseIsLeft() throws {
    let path = folder.path + "/plan.json"
    try OutputFile.write("one", to: path)
    try OutputFile.write("two", to: path)
    #expect(try contents("plan.json") == "two")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["plan.json"])
  }

  @Test func permissionsAndSymbolicLinksStay() throws {
    let path = try folder.write("old", to: "real.json")
    #expect(chmod(path, 0o640) == 0)
    let link = folder.path + "/link.json"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "real.json")
    try OutputFile.write("new", to: link)
    #expect(try contents("real.json") == "new")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "real.json")
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o640)
  }

  @Test func aFailureIsToldAndLeavesNothing() throws {
    let paths = [folder.path, folder.path + "/none/plan.json", "", folder.path + "/a\0b"]
    for path in paths {
      let failure = try #require(throws: OutputFile.Failure.self) { try OutputFile.write("x", to: path) }
      #expect(!failure.message.isEmpty && failure.path == path)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
  }

  @Test func aLinkThatLeadsNowhereYetStays() throws {
    let link = folder.path + "/link.json"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "second.json")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/second.json", withDestinationPath: folder.path + "/real.json")
    try OutputFile.write("new", to: link)
    #expect(try contents("real.json") == "new")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "second.json")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/loop.json", withDestinationPath: "loop.json")
    #expect(throws: OutputFile.Failure.self) { try OutputFile.write("x", to: folder.path + "/loop.json") }
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: folder.path + "/loop.json") == "loop.json")
  }

  @Test func writersAtOnceNeverShowAMixture() async throws {
    let path = folder.path + "/plan.json"
    let texts = (0..<4).map { String(repeating: "\($0)", count: 100_000) }
    try OutputFile.write(texts[0], to: path)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for text in texts {
        group.addTask { for _ in 0..<20 { try OutputFile.write(text, to: path) } }
      }
      for _ in 0..<100 { #expect(try texts.contains(contents("plan.json"))) }
      try await group.waitForAll()
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["plan.json"])
  }

  // Not even root may write there.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/sys/kernel"), "needs Linux"))
  func aFolderThatCannotBeWrittenToIsTold() throws {
    let failure = try #require(throws: OutputFile.Failure.self) {
      try OutputFile.write("x", to: "/sys/plan.json")
    }
    #expect(!failure.message.isEmpty && failure.path == "/sys/plan.json")
  }

  @Test func aDeviceIsWrittenToAndNotReplaced() throws {
    try OutputFile.write("x", to: "/dev/null")
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    let failure = try #require(throws: OutputFile.Failure.self) { try OutputFile.write("x", to: "/dev/full") }
    #expect(failure.message.contains("space"), "\(failure)")
  }
}
