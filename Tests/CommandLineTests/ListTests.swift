import LayerRoute
import Splitting
import Testing

/// `list`: backends once, everything else by problem.
@Suite struct ListTests {
  @Test func everyProblemHasAHeadingAndItsTables() async throws {
    let run = try await layerroute("list")
    #expect(run.exitStatus == 0 && run.errors.isEmpty, "\(run)")
    let sections = run.output.split(separator: "\n\n").map(String.init)
    #expect(sections.first?.hasPrefix("  backend ") == true, "\(run)")
    let heading = "\(SplittingProblem.name): \(SplittingProblem.summary)"
    let start = try #require(sections.firstIndex(of: heading), "\(run)")
    let kind = Kinds.splitting
    let tables = [
      ("formulation", kind.formulations.map(\.name)), ("method", kind.methods.map(\.name)),
      ("family", kind.families.map(\.name)), ("suite", ["smoke", "coupled"]),
    ]
    try #require(sections.count >= start + 1 + tables.count, "\(run)")
    for (table, (title, names)) in zip(sections[(start + 1)...], tables) {
      let first = table.split(separator: "\n").compactMap { $0.split(separator: " ").first }.map(String.init)
      #expect(first.first == title && Set(names).isSubset(of: first.dropFirst()), "\(title): \(table)")
    }
  }

  @Test func everythingNamesItsProblemForPrograms() async throws {
    let run = try await layerroute("list", "--format", "json")
    let lists = try json(run)
    let problems = try #require(lists["problems"] as? [[String: Any]], "\(run)")
    let names = problems.compactMap { $0["name"] as? String }
    #expect(names.first == "splitting" && problems.allSatisfy { $0["question"] is String }, "\(run)")
    let kind = Kinds.splitting
    for (key, expected) in [
      ("formulations", kind.exportedNames), ("methods", kind.methods.map(\.name)),
      ("families", kind.families.map(\.name)),
    ] {
      let items = try #require(lists[key] as? [[String: Any]], "\(key): \(run)")
      #expect(items.allSatisfy { names.contains($0["problem"] as? String ?? "") }, "\(key): \(run)")
      let own = items.filter { $0["problem"] as? String == "splitting" }
      #expect(own.map { $0["name"] as? String } == expected, "\(key): \(run)")
    }
    let promises = try #require(lists["methods"] as? [[String: Any]]).compactMap { $0["promise"] as? String }
    #expect(
      promises.starts(with: ["exact", "exact", "exact", "exact", "exact", "bound", "heuristic"]),
      "\(promises)")
    let suites = try #require(lists["suites"] as? [[String: Any]], "\(run)")
    #expect(
      suites.allSatisfy { names.contains($0["problem"] as? String ?? "") && $0["runs"] is Int }, "\(run)")
  }
}
