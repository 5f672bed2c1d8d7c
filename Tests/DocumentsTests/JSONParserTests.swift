import TestSupport
import Testing

@testable import Documents

struct JSONParserTests {
  private func document(_ text: String) throws -> Document {
    try JSONParser.parse(Array(text.utf8), file: "t")
  }

  @Test(arguments: [
    "{}", "[]", "0", "-0", "-1.5E+3", "\"\"", "true", "null", " [1 , {\"a\" : [ ] } ]\r\n\t", "\u{FEFF}{}",
    "{\"\": 1}", "[\"\\ud83d\\ude00\", \"\\u0000\", \"\\/\"]", "{\"a\": {\"a\": 1}}", "1e400",
    "{\"\u{E9}\": 1, \"e\u{301}\": 2}",
  ])
  func whatTheStandardAllowsIsRead(text: String) throws {
    _ = try document(text)
  }

  @Test(arguments: [
    ("§", "expected a value"), ("  §", "expected a value"), ("[1,§]", "expected a value"),
    ("{\"a\": 1,§}", "a key in quotation marks"), ("{§a: 1}", "a key"), ("{\"a\"§, 1}", "\":\""),
    ("{\"a\" §1}", "\":\""), ("[1 §2]", "\",\" or \"]\""), ("{\"a\": 1 §]", "\",\" or \"}\""),
    ("{} §x", "the end of the file"), ("[1] §[2]", "the end of the file"), ("§tru", "a value"),
    ("§NaN", "a value"),
    ("[§01]", "begin with a zero"), ("[§-01]", "begin with a zero"), ("[1.§]", "a digit"),
    ("[§.5]", "a value"), ("[-§]", "a digit"),
    ("[§+1]", "a value"), ("[1e§]", "a digit"), ("[1e+§x]", "a digit"), ("§\"abc", "not closed"),
    ("\"§\\x\"", "invalid escape"), ("\"§\\u12g4\"", "invalid escape"), ("\"a§\u{1}\"", "control character"),
    ("\"§\\ud800\"", "lone surrogate"), ("\"§\\udc00\\ud800\"", "lone surrogate"),
    ("\"§\\ud800\\u0041\"", "lone surrogate"), ("§// comment", "a value"), ("§'a'", "a value"),
    ("{\"a\": 1, §\"a\": 2}", "duplicate key \"a\""), ("{\"\u{E9}\": 1,\n §\"\\u00e9\": 2}", "duplicate key"),
    ("{\"a\": [{\"b\": 1, §\"\\u0062\": 2}]}", "duplicate key \"b\""), ("[\n\r\n\"é\", §x]", "a value"),
    ("\u{FEFF}[\"日本\" §x]", "\",\" or \"]\""), ("\"\\", "not closed"),
  ])
  func whatItForbidsIsRefusedAtItsPlace(marked: String, words: String) throws {
    let expected = MarkedText(marked)
    let error = try #require(throws: InputError.self, "\(marked) is accepted") { try document(expected.text) }
    #expect(error.message.contains(words), "\(marked): \(error)")
    guard marked.contains("§") else { return }
    // A byte-order mark is no column.
    let column = expected.column - (marked.hasPrefix("\u{FEFF}") && expected.line == 1 ? 1 : 0)
    #expect(error.line == expected.line && error.column == column, "\(marked.debugDescription): \(error)")
  }

  @Test func duplicatesAreFoundInHugeObjectsInLinearTime() throws {
    let members = (0..<100_000).map { "\"k\($0)\":1" }.joined(separator: ",")
    let clock = ContinuousClock()
    let elapsed = try clock.measure {
      _ = try document("{\(members)}")
      let error = try #require(throws: InputError.self) { try document("{\(members),\"k77\":1}") }
      #expect(error.message.contains("\"k77\"") && error.path == "k77")
    }
    #expect(elapsed < .seconds(20))
  }

  @Test func nestingIsBounded() throws {
    let deep = JSONParser.depthLimit
    let brackets = { (count: Int) in
      String(repeating: "[", count: count) + String(repeating: "]", count: count)
    }
    _ = try document(brackets(deep))
    let error = try #require(throws: InputError.self) { try document(brackets(1_000_000)) }
    #expect(error.message.contains("nested deeper") && error.column == deep + 1)
  }

  @Test func otherEncodingsAreNamed() throws {
    let inputs: [([UInt8], String)] = [
      ([0xFF, 0xFE, 0x7B, 0], "UTF-16"), ([0xFE, 0xFF, 0, 0x7B], "UTF-16"), ([0x7B, 0, 0x7D, 0], "UTF-16"),
      ([0, 0x7B, 0, 0x7D], "UTF-16"), ([0xFF, 0xFE, 0, 0, 0x7B, 0, 0, 0], "UTF-32"),
      ([0, 0, 0, 0x7B], "UTF-32"), ([0x7B, 0, 0, 0], "UTF-32"),
      ([0x22, 0xFF, 0x22], "UTF-8"), ([0x22, 0xC0, 0x80, 0x22], "UTF-8"),
      ([0x22, 0xED, 0xA0, 0x80, 0x22], "UTF-8"),
      ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], "UTF-8"), ([0x22, 0xE2, 0x82], "UTF-8"),
    ]
    for (bytes, name) in inputs {
      for format in FileFormat.allCases {
        let error = try #require(throws: InputError.self) {
          try Document.parse(bytes, format: format, file: "t")
        }
        #expect(error.message.contains(name), "\(bytes): \(error)")
      }
    }
  }

  @Test func escapesAreDecoded() throws {
    let text = #""\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\uDE00 z""#
    #expect(try document(text).text(0) == "\"\\/\u{8}\u{C}\n\r\tA\u{E9}\u{1F600} z")
  }

  @Test func aNumberBeyondTheRangeIsRefusedWhereItIsUsed() throws {
    let document = try document("[1e400]")
    let error = try #require(throws: InputError.self) { try document.finiteNumber(1) }
    #expect(error.message.contains("not a finite number") && error.path == "[0]")
  }
}
