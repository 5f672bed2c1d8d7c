import Testing

@testable import Instances

/// Mutations of valid files: each is read or refused, and what is read can be written and read again.
struct FuzzTests {
  private static let count = 3000

  @Test func everyMutationOfAJSONInstanceIsReadOrRefused() throws {
    try forEachMutation(of: sampleInstance, seed: 1) { try checkInstance($0, .json) }
  }

  @Test func everyMutationOfAYAMLInstanceIsReadOrRefused() throws {
    try forEachMutation(of: sampleYAML, seed: 2) { try checkInstance($0, .yaml) }
  }

  @Test func everyMutationOfAPlanIsReadOrRefused() throws {
    try forEachMutation(of: samplePlan, seed: 3) { bytes in
      let plan = try PlanDocument.parse(bytes)
      #expect(try PlanDocument.parse(Array(plan.json().utf8)) == plan)
    }
  }

  private func checkInstance(_ bytes: [UInt8], _ format: FileFormat) throws {
    let instance = try Instance.parse(bytes, format: format)
    #expect(try Instance.parse(Array(instance.json().utf8)) == instance)
  }

  private func forEachMutation(of text: String, seed: UInt64, _ check: ([UInt8]) throws -> Void) throws {
    var outcomes = (read: 0, refused: 0)
    for case_ in 0..<Self.count {
      var random = SplitMix64(seed: seed << 32 | UInt64(case_))
      let bytes = mutated(Array(text.utf8), &random)
      do {
        try check(bytes)
        outcomes.read += 1
      } catch let error as InputError {
        #expect(!error.message.isEmpty)
        outcomes.refused += 1
      } catch {
        Issue.record("seed \(seed), case \(case_): \(error)\n\(String(decoding: bytes, as: UTF8.self))")
      }
    }
    // A mutator that never, or always, breaks the file tests nothing.
    #expect(outcomes.read > 10 && outcomes.refused > Self.count / 4, "\(outcomes)")
  }

  private static let fragments = [
    "\"", "\\", "{", "}", "[", "]", ":", ",", "null", "1e999", "-1", "0", "\\ud800", "\\u00e9", "\u{E9}",
    "e\u{301}",
    "*", "&a ", "*a", "!t ", "- ", "? ", "\n", "\t", "# ", "'", "|\n", "---\n", "\"id\": ", "\u{0}",
    "\u{FEFF}", "\u{F0000}",
    "true", "ms", " ", "..", "9", ".",
  ].map { Array($0.utf8) }

  private func mutated(_ original: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var bytes = original
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let place = Int.random(in: 0..<max(1, bytes.count), using: &random)
      let end = min(bytes.count, place + Int.random(in: 0...8, using: &random))
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes.replaceSubrange(place..<end, with: [])
      case 1: bytes.insert(contentsOf: Self.fragments.randomElement(using: &random) ?? [], at: place)
      case 2: bytes.replaceSubrange(place..<end, with: Self.fragments.randomElement(using: &random) ?? [])
      case 3: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &random) }
      default:
        let from = Int.random(in: 0..<max(1, bytes.count), using: &random)
        bytes.insert(contentsOf: bytes[from..<min(bytes.count, from + 40)], at: place)
      }
    }
    return bytes
  }
}
