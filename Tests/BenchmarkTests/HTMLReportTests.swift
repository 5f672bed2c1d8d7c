import Foundations
import TestSupport
import Testing

@testable import BenchmarkHarness

/// The page says first whether answers agree, and needs nothing besides itself.
@Suite struct HTMLReportTests {
  private static func page(_ results: Results) -> String {
    HTMLReport(Summary(results), sessions: results.sessions).text
  }

  private static let page = page(.synthetic(seed: 1))

  @Test func wrongRunsAreInTheVerdict() throws {
    let content = try #require(XMLContent(Self.page))
    let verdict = try #require(content["div"].first { $0.attributes["class"] == "verdict wrong" })
    #expect(verdict.text.contains("1 wrong answer in 288 runs"))
    #expect(
      verdict.text.contains("grid-9") && verdict.text.contains("it calls 1.5 s optimal"), "\(verdict.text)")
    #expect(content.texts("strong").contains("wrong"))
  }

  @Test func agreementIsSaid() throws {
    let content = try #require(XMLContent(Self.page(.synthetic(seed: 1, hasWrongRun: false))))
    let verdict = try #require(content["p"].first { $0.attributes["class"] == "verdict agreed" })
    #expect(verdict.text.hasPrefix("288 runs; all ") && verdict.text.hasSuffix(" that finished agree."))
    #expect(content["strong"].isEmpty)
  }

  @Test func everyPartIsThere() throws {
    let content = try #require(XMLContent(Self.page))
    #expect(
      content.texts("h2") == [
        "All instances: 12", "Figures", "Size class small: 4", "Size class medium: 4", "Size class large: 4",
        "Scaling", "Instances", "What the figures mean",
      ])
    #expect(content["svg"].count == 4 && content["table"].count == 10)
    #expect(content.texts("li").contains { $0.hasPrefix("machine: none, 2 processors") })
  }

  @Test func namesAreEscaped() throws {
    let results = Results.synthetic(seed: 2, prefix: "<script>&\"")
    let page = Self.page(results)
    let content = try #require(XMLContent(page))
    #expect(content["script"].isEmpty && !page.contains("<script"))
    #expect(content.texts("h1") == ["Benchmark <script>&\"synthetic"])
    #expect(content.texts("th").contains("<script>&\"grid-6"))
  }

  @Test func nothingIsLoaded() {
    let page = Self.page.replacing("xmlns=\"http://www.w3.org/2000/svg\"", with: "")
    for text in ["http", "src=", "href=", "url(", "@import", "<script", "<link"] {
      #expect(!page.contains(text), "\(text)")
    }
  }

  @Test func resultsWithoutRunsMakeAPage() throws {
    let content = try #require(XMLContent(Self.page(Results())))
    #expect(content.texts("text").contains("no data"))
    #expect(content["p"].first?.attributes["class"] == "verdict")
  }
}

/// The figures show every run that applies.
@Suite struct ReportFigureTests {
  private static let results = Results.synthetic(seed: 1)
  private static let figures = ReportFigures(Summary(results)).all

  private func content(_ name: String) throws -> XMLContent {
    let figure = try #require(Self.figures.first { $0.name == name })
    return try #require(XMLContent(figure.svg))
  }

  @Test func figuresAreNamed() {
    #expect(Self.figures.map(\.name) == ["profile", "time-by-size", "root-gaps", "scaling-1"])
  }

  @Test func figuresAreTheSameEachTime() {
    let again = ReportFigures(Summary(Self.results)).all
    #expect(again.map(\.svg) == Self.figures.map(\.svg))
  }

  @Test func everyRunHasAPoint() throws {
    let titles = try content("time-by-size").texts("title").filter { $0.contains("repetition") }
    let refused = 6
    #expect(titles.count == 288 - refused)
    #expect(titles.contains { $0.hasSuffix(": wrong") })
    #expect(
      titles.contains { $0.hasSuffix(": too large") } && titles.contains { $0.hasSuffix(": timed out") })
  }

  @Test func exponentsAreInTheLegend() throws {
    let texts = try content("scaling-1").texts("text")
    #expect(texts.count { $0.contains(" ± ") } == 8, "\(texts)")
    #expect(texts.contains("limit: 10 s"))
  }

  @Test func rootGapsHaveARowForAFormulation() throws {
    let texts = try content("root-gaps").texts("text")
    for name in ["assignment", "assignment-tight", "layered", "pairflow"] { #expect(texts.contains(name)) }
  }
}
