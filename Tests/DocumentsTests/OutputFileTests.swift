import Documents
import Foundation
import TestSupport
import Testing

struct OutputFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func contents(_ name: String) throws -> String {
    try String(contentsOfFile: folder.path(name), encoding: .utf8)
  }

  @Test func aFileIsCreatedAndReplacedAndNothingElseIsLeft() throws {
    let path = folder.path("plan.json")
    try OutputFile.write("one", to: path)
    try OutputFile.write("two", to: path)
    #expect(try contents("plan.json") == "two")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["plan.json"])
  }

  @Test func permissionsAndSymbolicLinksStay() throws {
    let path = try folder.write("old", to: "real.json")
    #expect(chmod(path, 0o640) == 0)
    let link = folder.path("link.json")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "real.json")
    try OutputFile.write("new", to: link)
    #expect(try contents("real.json") == "new")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "real.json")
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o640)
  }

  @Test func aFailureIsToldAndLeavesNothing() throws {
    let paths = [folder.url.path, folder.path("none/plan.json"), "", folder.url.path + "/a\0b"]
    for path in paths {
      let failure = try #require(throws: OutputFile.Failure.self) { try OutputFile.write("x", to: path) }
      #expect(!failure.message.isEmpty && failure.path == path)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == [])
  }

  @Test func aLinkThatLeadsNowhereYetStays() throws {
    let link = folder.path("link.json")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "second.json")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("second.json"), withDestinationPath: folder.path("real.json"))
    try OutputFile.write("new", to: link)
    #expect(try contents("real.json") == "new")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "second.json")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("loop.json"), withDestinationPath: "loop.json")
    #expect(throws: OutputFile.Failure.self) { try OutputFile.write("x", to: folder.path("loop.json")) }
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("loop.json")) == "loop.json")
  }

  @Test func writersAtOnceNeverShowAMixture() async throws {
    let path = folder.path("plan.json")
    let texts = (0..<4).map { String(repeating: "\($0)", count: 100_000) }
    try OutputFile.write(texts[0], to: path)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for text in texts {
        group.addTask { for _ in 0..<20 { try OutputFile.write(text, to: path) } }
      }
      for _ in 0..<100 { #expect(try texts.contains(contents("plan.json"))) }
      try await group.waitForAll()
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["plan.json"])
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
