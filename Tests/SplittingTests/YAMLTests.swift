import Documents
import TestSupport
import Testing

/// Instances in YAML: what the parser lets through, the reader of instances must place and explain.
struct YAMLTests {
  @Test(arguments: [
    (".inf", "not a finite"), ("-.INF", "not a finite"), (".nan", "not a finite"), ("~", "null"),
    ("", "null"), ("Null", "null"),
  ])
  func specialScalarsAreNoQuantities(text: String, words: String) throws {
    let yaml = sampleYAML.replacing("weight: 2", with: "weight: \(text)")
    let error = try #require(throws: InputError.self) { try parse(yaml, .yaml) }
    #expect(error.message.contains(words) && error.path == "jobs[0].weight", "\(error)")
  }

  @Test(arguments: [
    ("id: switch ", "id: §3e5 ", "network.nodes[2].id", "quotation marks"),
    ("hosts:\n      conv1", "hosts:\n      §1.0", "jobs[0].hosts", "put 1.0 in quotation marks"),
    ("\"*\":", "§*:", "", "quotation marks"),
    ("\"*\":", "§*fast :", "jobs[0].hosts", "alias"),
    ("\"*\":", "§[a]:", "jobs[0].hosts", "a key must be a string, not a list or an object; use JSON"),
    ("\"*\":", "§{a: 1}:", "jobs[0].hosts", "a key must be a string, not a list or an object; use JSON"),
    (
      "\"*\":\n", "? §- a\n      :\n", "jobs[0].hosts",
      "a key must be a string, not a list or an object; use JSON"
    ),
    ("*fast", "§*slow", "network.links[1].bandwidth", "\"*slow\" has no anchor"),
    ("&fast 1 Gbit/s", "§!speed 1 Gbit/s", "network.links[0].bandwidth", "tags"),
    ("\"2 TFLOP/s\"", "§-1", "network.nodes[1].compute", "negative"),
    ("    source: camera", "    dnn: tiny", "", "duplicate key \"dnn\""),
    ("options: {", "---\noptions: {", "", "another document"),
    ("options: {", "options: [", "", "invalid YAML"),
    ("weight: 2", "weight: \"\\ud800\"", "", "invalid YAML"),
    ("weight: 2", "weight: §\u{7F}", "", "control character"),
    ("weight: 2", "\tweight: 2", "", "invalid YAML"),
    ("deadline: 250 ms", "§daedline: 250 ms", "jobs[0].daedline", "did you mean \"deadline\""),
  ])
  func faultsHaveAPlace(fragment: String, replacement: String, path: String, words: String) throws {
    let range = try #require(sampleYAML.firstRange(of: fragment))
    let marked = MarkedText(sampleYAML.replacingCharacters(in: range, with: replacement))
    let error = try #require(throws: InputError.self, "\(replacement) is accepted") {
      try parse(marked.text, .yaml)
    }
    #expect(error.message.contains(words), "\(error)")
    #expect(error.line > 0 && error.column > 0, "\(error)")
    if !path.isEmpty { #expect(error.path.hasPrefix(path), "\(error)") }
    guard replacement.contains("§") else { return }
    #expect(error.line == marked.line && error.column == marked.column, "\(error)")
  }

  @Test func anEmptyFileIsRefused() throws {
    for text in ["", "# only a comment\n", "---\n"] {
      let error = try #require(throws: InputError.self) { try parse(text, .yaml) }
      #expect(error.message.contains("empty") || error.message.contains("must be an object"), "\(error)")
    }
  }
}
