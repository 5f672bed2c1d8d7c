import Foundations
import Testing

struct TerminalTextTests {
  @Test func namesAreShownWithoutControlCharacters() {
    #expect(TerminalText.escaped("a\u{1B}[1m\n\u{202E}é日") == "a\\u001b[1m\\u000a\\u202eé日")
    #expect(TerminalText.quoted("a\"b\\\u{7F}") == "\"a\\\"b\\\\\\u007f\"")
    #expect(TerminalText.quoted(String(repeating: "a", count: 500)).count == 203)
    #expect(TerminalText.shortened(String(repeating: "\u{1B}", count: 500)).count == 1201)
    #expect(TerminalText.escaped("\u{E0001}") == "\\udb40\\udc01")
  }
}
