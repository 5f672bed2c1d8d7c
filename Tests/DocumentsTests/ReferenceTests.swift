import Documents
import Foundation
import TestSupport
import Testing

/// Files that stand in another file in place of an object.
struct ReferenceTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("{\"a\": 1}", to: "outside.json")
    try folder.write("a: 1\n", to: "in/parts/near.yaml")
  }

  /// Writes a file whose value of "part" is a reference, and returns its path.
  private func file(referringTo reference: String) throws -> String {
    try folder.write("{\"x\": 1,\n \"part\": {\"file\": \(reference)}}", to: "in/whole.json")
  }

  /// What the value of "part" refers to.
  private func part(of file: String, allowOutside: Bool = false) throws -> Document {
    let document = try Document.read(file: file, allowOutside: allowOutside)
    let target = try document.reference(at: document.required("part", of: Document.root))
    return try document.referenced(#require(target))
  }

  @Test func filesBesideAndBelowAreRead() throws {
    for reference in ["parts/near.yaml", "./parts/../parts/near.yaml"] {
      let part = try part(of: file(referringTo: "\"\(reference)\""))
      #expect(try part.number(part.required("a", of: Document.root)) == 1, "\(reference)")
    }
  }

  @Test func anObjectIsNoReference() throws {
    let path = try folder.write("{\"part\": {\"files\": 1}}", to: "in/whole.json")
    let document = try Document.read(file: path)
    #expect(try document.reference(at: document.required("part", of: Document.root)) == nil)
  }

  @Test func theNameOfAFileAloneIsAnsweredWithTheWayToWriteIt() throws {
    let path = try folder.write("{\"part\": \"parts/near.yaml\"}", to: "in/whole.json")
    let error = try #require(throws: InputError.self) { try part(of: path) }
    #expect(error.message.hasSuffix("to refer to a file write {\"file\": \"parts/near.yaml\"}"), "\(error)")
  }

  @Test func filesOutsideNeedPermission() throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("in/link.json"), withDestinationPath: "../outside.json")
    for path in ["../outside.json", folder.path("outside.json"), "link.json", "parts/../../outside.json"] {
      let file = try file(referringTo: "\"\(path)\"")
      let error = try #require(throws: InputError.self, "\(path)") { try part(of: file) }
      #expect(error.message.contains("--allow-outside") && error.path == "part.file", "\(error)")
      #expect(error.line == 2 && error.column == 19, "\(error)")
      #expect(try part(of: file, allowOutside: true).tokens.count == 3, "\(path)")
    }
  }

  @Test func aSymbolicLinkThatStaysInsideIsFollowed() throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("in/near.yaml"), withDestinationPath: "parts/near.yaml")
    _ = try part(of: file(referringTo: "\"near.yaml\""))
  }

  @Test func twoPathsOfOneFileAreOneTarget() throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("in/near.yaml"), withDestinationPath: "parts/near.yaml")
    let paths = try ["near.yaml", "parts/near.yaml"].map { reference in
      let document = try Document.read(file: file(referringTo: "\"\(reference)\""))
      return try document.reference(at: document.required("part", of: Document.root))?.path
    }
    #expect(paths[0] != nil && paths[0] == paths[1])
  }

  @Test func aMissingFileIsNamed() throws {
    let absent = try file(referringTo: "\"not-there.json\"")
    let error = try #require(throws: InputError.self) { try part(of: absent) }
    #expect(
      error.message.contains("\"not-there.json\"") && error.message.contains("no such file"), "\(error)")
    for odd in ["\"\"", "\"a\\u0000b\"", "\"parts\"", "7", "null"] {
      let file = try file(referringTo: odd)
      let error = try #require(throws: InputError.self) { try part(of: file) }
      #expect(error.path == "part.file", "\(error)")
    }
  }

  @Test func aReferenceInAReferencedFileIsRefused() throws {
    try folder.write("{\"file\": \"cycle.json\"}", to: "in/cycle.json")
    let file = try file(referringTo: "\"cycle.json\"")
    let error = try #require(throws: InputError.self) { try part(of: file) }
    #expect(error.file.hasSuffix("in/cycle.json") && error.message.contains("must not refer"), "\(error)")
  }

  @Test func aReferenceHoldsNothingElse() throws {
    let file = try folder.write("{\"part\": {\"file\": \"parts/near.yaml\", \"a\": []}}", to: "in/whole.json")
    let error = try #require(throws: InputError.self) { try part(of: file) }
    #expect(error.path == "part.a" && error.message.contains("unknown key"), "\(error)")
  }

  @Test func aTextThatIsNoFileHasNoReferences() throws {
    let document = try Document.parse(Array("{\"part\": {\"file\": \"x\"}}".utf8), format: .json, file: "t")
    let error = try #require(throws: InputError.self) {
      try document.reference(at: document.required("part", of: Document.root))
    }
    #expect(error.path == "part" && error.message.contains("reference"), "\(error)")
  }

  @Test func aReferenceToAPipeIsRefusedWithoutWaiting() throws {
    try #require(mkfifo(folder.path("in/pipe.json"), 0o600) == 0)
    let file = try file(referringTo: "\"pipe.json\"")
    let error = try #require(throws: InputError.self) { try part(of: file) }
    #expect(error.message.contains("pipe") && error.path == "part.file", "\(error)")
  }
}
