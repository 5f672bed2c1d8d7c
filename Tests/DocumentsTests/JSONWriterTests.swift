import Foundations
import Testing

@testable import Documents

struct JSONWriterTests {
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

  /// JSON goes to terminals too, where U+009B begins a command and U+202E turns the text around.
  @Test func whatTerminalsObeyIsEscapedInJSON() {
    let text = JSONWriter.text(of: .string("a\u{1B}\u{7F}\u{9B}\u{202E}\u{E0001}é日\"\\\n"))
    #expect(text == #""a\u001b\u007f\u009b\u202e\udb40\udc01é日\"\\\n""# + "\n")
  }
}
