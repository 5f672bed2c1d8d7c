import Documents
import Foundation
import TestSupport
import Testing

/// Files that a user names.
struct InputFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func theFormatIsToldByTheNameOrTheFirstByte() throws {
    let (json, yaml) = ("{\"a\": [1]}", "a:\n  - 1\n")
    for (name, text) in [
      ("a.yml", yaml), ("a.YAML", yaml), ("b", yaml), ("c", "\n " + json), ("d.json", json),
      ("e.txt", "\u{FEFF}" + json),
    ] {
      let document = try Document.read(file: folder.write(text, to: name))
      #expect(document.tokens.map(\.kind) == [.object, .string, .array, .number], "\(name)")
    }
    let yamlCalledJSON = try folder.write(yaml, to: "f.json")
    #expect(throws: InputError.self) { try Document.read(file: yamlCalledJSON) }
  }

  @Test func aPipeThatTheUserNamesIsReadToItsEnd() async throws {
    let pipe = folder.path("pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
    let text = "{\"a\": [1]}" + String(repeating: " ", count: 300_000)
    let writer = Thread { try? text.write(toFile: pipe, atomically: false, encoding: .utf8) }
    writer.start()
    #expect(try InputFile.read(file: pipe) == Array(text.utf8))
  }

  @Test func whatIsNoFileIsRefused() throws {
    try folder.write("{}", to: "file.json")
    let cases = [
      (folder.url.path, "folder"), ("/dev/zero", "device"), (folder.path("none"), "no such file"),
      ("", "no file name"), ("a\0b", "no file name"), (folder.path("file.json/x"), "Not a directory"),
    ]
    for (path, words) in cases {
      let error = try #require(throws: InputError.self) { try Document.read(file: path) }
      #expect(error.message.contains(words) && error.line == 0, "\(error)")
    }
  }

  @Test func aFileBeyondTheLimitIsRefusedUnread() throws {
    let path = try folder.write("", to: "huge.json")
    #expect(truncate(path, off_t(InputFile.sizeLimit) + 1) == 0)
    let error = try #require(throws: InputError.self) { try Document.read(file: path) }
    #expect(error.message.contains("1 GiB"))
  }
}
