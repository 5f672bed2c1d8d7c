import TestSupport
import Testing

@testable import Documents

struct YAMLParserTests {
  private func document(_ text: String) throws -> Document {
    try YAMLParser.parse(Array(text.utf8), file: "t")
  }

  @Test(arguments: [
    ("12", 12.0), ("-0.5", -0.5), ("+3", 3), (".5", 0.5), ("1.", 1), ("1e3", 1000), ("0x1F", 31),
    ("0o17", 15),
    ("007", 7),
  ])
  func plainNumbersFollowTheCoreSchema(text: String, value: Double) throws {
    let document = try document("a: \(text)")
    #expect(document.tokens[2].kind == .number)
    #expect(document.number(2) == value)
  }

  @Test(arguments: [
    "yes", "no", "on", "1_000", "0b1", "1:30", "2024-01-01", "5 GFLOP/s", "\"12\"", "'true'", "tRUE", "<<",
    "=", "|\n  12", ">-\n  null", "nan", ".", "1e", "\"\\U000F0000\"",
  ])
  func everythingElseIsAString(text: String) throws {
    #expect(try document("a: \(text)").isString(2))
  }

  @Test(arguments: ["a:\n\tb: 1", "a:\n  b: 1\n \tc: 2"])
  func tabsAtTheStartOfALineAreNamed(text: String) throws {
    let error = try #require(throws: InputError.self) { try document(text) }
    #expect(error.message.hasSuffix("; YAML is indented with spaces, not with tabs"), "\(error)")
  }

  @Test(arguments: [
    "§! 12", "§!!str 12", "§!speed 12", "§!<tag:x> 12", "§!!map {}", "§!!seq [1]", "[1, §!!int 2]",
    "[1, [2, 3], §! &x 4]", "{§! k: 1}", "{k: §!!null }",
  ])
  func tagsAreRefused(value: String) throws {
    let marked = MarkedText("a: \(value)")
    let error = try #require(throws: InputError.self) { try document(marked.text) }
    #expect(error.message.contains("tags are not read") && error.message.contains("use JSON"), "\(error)")
    #expect(error.line == 1 && error.column == marked.column && error.path.hasPrefix("a"), "\(error)")
  }

  @Test(arguments: [
    "a: &a [x,x,x,x,x,x,x,x,x]\n",
    "? &a [x,x,x,x,x,x,x,x,x]\n: 1\n",
  ])
  func aliasBombsAreStopped(start: String) throws {
    var text = start
    for (previous, next) in zip("abcdefghijk", "bcdefghijkl") {
      let aliases = Array(repeating: "*\(previous)", count: 9).joined(separator: ",")
      text += start.hasPrefix("?") ? "? &\(next) [\(aliases)]\n: 1\n" : "\(next): &\(next) [\(aliases)]\n"
    }
    let elapsed = try ContinuousClock().measure {
      let error = try #require(throws: InputError.self) { try document(text) }
      #expect(
        error.message.contains("too many values") || error.message.contains("must be a string"), "\(error)")
    }
    #expect(elapsed < .seconds(5))
  }

  @Test func aliasesRepeatWholeValuesAndMayBeRedefined() throws {
    let document = try document("a: &x {k: [1, 2]}\nb: *x\nc: &x 7\nd: [*x, *x]\n\"*\": '*'\ne: 2 * 3")
    let members = try document.members(of: 0)
    #expect(members.map { document.text($0.key) } == ["a", "b", "c", "d", "*", "e"])
    #expect(document.path(to: members[1].value + 4) == "b.k[1]")
    #expect(document.number(members[1].value + 4) == 2)
    #expect(try document.elements(of: members[3].value).map { document.number($0) } == [7, 7])
    #expect(document.text(members[4].value) == "*" && document.text(members[5].value) == "2 * 3")
  }

  @Test(arguments: [("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", ""), ("[? ", "]")])
  func nestingIsBounded(open: String, close: String) throws {
    for depth in [200, 900, 100_000] {
      let text = String(repeating: open, count: depth) + "x" + String(repeating: close, count: depth)
      let error = try #require(throws: InputError.self) { try document(text) }
      #expect(!error.message.isEmpty, "\(error)")
    }
    let shallow = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    _ = try document(shallow)
  }

  @Test func keysMayBeWholeNumbers() throws {
    let document = try document("throughput: {1: 2.0, 16: 20}\n0: zero\n")
    let members = try document.members(of: 0)
    #expect(members.map { document.text($0.key) } == ["throughput", "0"])
    #expect(try document.members(of: members[0].value).map { document.text($0.key) } == ["1", "16"])
  }

  @Test(arguments: ["01", "-1", "+1", "1.5", "1e3", "0x10", "true", "~", ".inf"])
  func otherKeysThatAreNoStringsAreRefused(_ key: String) throws {
    let error = try #require(throws: InputError.self) { try document("a: {\(key): 1}") }
    #expect(error.message.contains("must be a string"), "\(error)")
  }

  @Test func aNumberAndItsTextAreOneKey() throws {
    let error = try #require(throws: InputError.self) { try document("{1: a, \"1\": b}") }
    #expect(error.message.contains("duplicate key"), "\(error)")
  }

  @Test func aLongKeyMayFollowAQuestionMark() throws {
    let long = String(repeating: "k", count: 2000)
    let document = try document(
      "? \(long)\n: 1\n? \"a ? b\"\n: why? no\nid: ?x\nurl: [a?b]\nc[1]: \"[a]: [b]: [c]: d\"\n")
    let members = try document.members(of: 0)
    #expect(members.map { document.text($0.key) } == [long, "a ? b", "id", "url", "c[1]"])
    #expect(document.text(members[4].value) == "[a]: [b]: [c]: d")
    #expect(document.text(members[1].value) == "why? no" && document.text(members[2].value) == "?x")
  }

  /// A chain is as deep as it is long, though no line of the file is nested.
  @Test func aChainOfAliasesIsNotDeeperThanAFileMayBe() throws {
    func chain(_ count: Int) -> String {
      "- &a0 [x]\n" + (1..<count).map { "- &a\($0) [*a\($0 - 1)]\n" }.joined()
    }
    _ = try document(chain(JSONParser.depthLimit - 1))
    let error = try #require(throws: InputError.self) { try document(chain(200_000)) }
    #expect(error.message.contains("nested deeper") && error.line == JSONParser.depthLimit, "\(error)")
  }

  /// Keys that are lists or objects must not be read once for each level around them, and libyaml compares each %TAG
  /// with all before it.
  @Test(arguments: [
    String(repeating: "? ", count: 900) + "[" + String(repeating: "x,", count: 100_000) + "x]\n",
    String(repeating: "{? ", count: 120) + "[" + String(repeating: "x,", count: 100_000) + "x]",
    String(repeating: "{?", count: 120) + "[" + String(repeating: "x,", count: 100_000) + "x]",
    (0..<50_000).map { "%TAG !a\($0)! tag:x,2000:\n" }.joined() + "--- {}\n",
    "{}\n...\n" + (0..<50_000).map { "%TAG !a\($0)! tag:x,2000:\n" }.joined() + "--- {}\n",
    "{}\n...\u{2028}" + (0..<50_000).map { "%TAG !a\($0)! tag:x,2000:\u{2028}" }.joined() + "--- {}\n",
    "x: " + String(repeating: "? ", count: 200_000),
    String(repeating: "? a\n", count: 100_000) + "? [x]",
    String(
      repeating: "- " + String(repeating: "[", count: 170) + "x" + String(repeating: "]: 1", count: 170)
        + "\n",
      count: 300),
  ])
  func keysAndDirectivesTakeNoQuadraticTime(text: String) throws {
    let start = Fuzzing.processorSeconds
    let error = try #require(throws: InputError.self) { try document(text) }
    #expect(!error.message.isEmpty && error.description.utf8.count < 1000, "\(error)")
    #expect(Fuzzing.processorSeconds - start < 10)
  }

  @Test func aMessageIsShortHoweverLongTheFile() throws {
    let digits = String(repeating: "1", count: 900)
    let long = String(repeating: "k", count: 100_000)
    let many = (0..<2000).map { "k\($0): 1\n" }.joined()
    for text in ["\(digits): 1", "? \(long)\n: !t 1\n", many + many] {
      let error = try #require(throws: InputError.self) { try document(text) }
      #expect(error.description.utf8.count < 1000, "\(error.description.prefix(2000))")
    }
  }

  @Test func yamlHasALimitOfItsOwn() throws {
    let bytes = [UInt8](repeating: UInt8(ascii: " "), count: YAMLParser.sizeLimit + 1)
    let error = try #require(throws: InputError.self) { try YAMLParser.parse(bytes, file: "t") }
    #expect(error.message.contains("16 MiB") && error.message.contains("JSON"), "\(error)")
  }
}
