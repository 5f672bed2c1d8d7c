import Foundations
import Testing

struct NameTests {
  @Test func namesAreComparedCodePointByCodePoint() {
    let (composed, decomposed) = (Name("\u{E9}"), Name("e\u{301}"))
    // Swift's strings are equal if they look alike.
    #expect(composed.text == decomposed.text)
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed, "\u{E9}"]).count == 2)
  }

  @Test(arguments: [
    ("deadlin", "deadline"), ("DEADLINE", "deadline"), ("daedline", "deadline"), ("wieght", "weight"),
    ("relase", "release"),
  ])
  func aMisspeltNameIsNearToTheOneThatWasMeant(_ text: String, _ meant: String) {
    #expect(EditDistance.nearest(to: text, among: ["weight", "deadline", "rate", "release"]) == meant)
  }

  /// One edit makes any character of any other.
  @Test func aSingleCharacterIsNearToItselfAlone() {
    #expect(EditDistance.nearest(to: "3", among: ["1", "2"]) == nil)
    #expect(EditDistance.nearest(to: "g", among: ["k", "G"]) == "G")
  }

  @Test(arguments: ["zzz", "dead", String(repeating: "a", count: 100_000), ""])
  func whatIsNearToNothingIsNotGuessed(_ text: String) {
    #expect(EditDistance.nearest(to: text, among: ["weight", "deadline", "release"]) == nil)
  }
}
