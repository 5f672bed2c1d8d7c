import Foundation
import TestSupport
import Testing

/// The Swift in the documentation is the Swift of the examples beside this file, which runs.
@Suite struct DocumentationTests {
  @Test(arguments: ["README.md", "Sources/LayerRoute/LayerRoute.docc/GettingStarted.md"])
  func listingsAreExamples(_ page: String) throws {
    let text = try String(contentsOf: PackageFolder.url.appending(path: page), encoding: .utf8)
    let examples = try Self.examples()
    let listings = text.matches(of: #/```swift\n(.*?)```/#.dotMatchesNewlines()).map { lines($0.1) }
    // Manifests are no programs: they are tried by hand.
    let programs = listings.filter { !$0.contains { $0.contains(".product(") } }
    #expect(!programs.isEmpty)
    for program in programs {
      #expect(examples.contains { $0.contains(program) }, "in no example: \(program.joined(separator: "\n"))")
    }
  }

  /// Each as its lines.
  private static func examples() throws -> [[String]] {
    let folder = PackageFolder.url.appending(path: "Tests/ExampleTests")
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return try files.map { lines(try String(contentsOf: $0, encoding: .utf8)) }
  }
}

/// Lines without indentation, without blank ones and without imports, which every example has its own of.
private func lines(_ text: some StringProtocol) -> [String] {
  text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    .filter { !$0.isEmpty && !$0.hasPrefix("import ") }
}
