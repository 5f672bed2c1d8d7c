import TestSupport
import Testing

@testable import Documents

/// Mutations of valid texts: each is parsed or refused, and what is parsed can be written and parsed again.
struct FuzzTests {
  @Test func everyMutationOfJSONIsParsedOrRefused() {
    fuzz("JSON", Self.json) { try check($0, .json) }
  }

  @Test func everyMutationOfYAMLIsParsedOrRefused() {
    fuzz("YAML", Self.yaml) { try check($0, .yaml) }
  }

  private static let json = """
    {"a": [1, -2.5e3, true, null, "x\\u00e9\\n"], "b\\u0063": {"k": "5 ms", "": []}, "list": [{"id": "p"}, {"id": "q"}],
     "numbers": [0, 1e400, 0.1, 123456789012345678901234567890], "日本": "\u{1F600}"}
    """

  private static let yaml = """
    # a comment
    a: &x {k: [1, 2.5, ~], "quoted": 'it''s'}
    b: *x
    list:
      - {id: p, text: "tab\\t"}
      - id: q   # another
        block: |
          two
          lines
        folded: >-
          one
          line
    numbers: [0x1F, 0o17, .5, 1e3, .inf]
    ? long key
    : yes

    """

  private func check(_ bytes: [UInt8], _ format: FileFormat) throws {
    let document = try Document.parse(bytes, format: format, file: "t")
    // Aliases repeat values, within a limit.
    try require(document.tokens.count <= 10_000 + bytes.count, "\(document.tokens.count) values")
    let text = JSONWriter.text(of: value(of: Document.root, in: document))
    let again = try Document.parse(Array(text.utf8), format: .json, file: "written")
    try require(
      JSONWriter.text(of: value(of: Document.root, in: again)) == text,
      "written and parsed, it is another text")
  }

  private func value(of token: Int, in document: Document) -> JSONValue {
    switch document.tokens[token].kind {
    case .object:
      let children = Array(document.children(of: token))
      return .object(
        stride(from: 0, to: children.count, by: 2).map {
          JSONValue.Member(document.text(children[$0]), value(of: children[$0 + 1], in: document))
        })
    case .array: return .array(document.children(of: token).map { value(of: $0, in: document) })
    case .string, .escapedString: return .string(document.text(token))
    case .number: return .number(document.number(token))
    case .boolean: return .boolean(document.boolean(token))
    case .null: return .null
    }
  }
}
