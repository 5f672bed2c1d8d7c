import Conformance
import Foundation
import LayerRoute
import Planning
import Problems
import Solvers
import Splitting
import TestSupport
import Testing

/// The kinds that ship do what kinds must do.
@Suite struct KindTests {
  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func splittingConforms() async throws {
    typealias Sample = ConformanceSample<SplittingProblem>
    let latencies = Coupling.allCases.flatMap { coupling in
      (UInt64(0)..<8).map { Sample("\(coupling) seed \($0)", .random(seed: $0, coupling)) }
    }
    // For the methods that are about the bottleneck.
    let pipelines = [PipelineFamily.complete, .backbone, .contiguous].flatMap { family in
      (UInt64(0)..<8).map { Sample("\(family) seed \($0)", .pipeline(family, seed: $0)) }
    }
    let samples = latencies + pipelines
    let solvers = WorkerBackend.all.filter { Backends.built.contains($0.name) }
    let conformance = KindConformance(Kinds.splitting, optimum: { BruteForce($0).optimum() })
    try await conformance.check(samples, solvers: solvers)
  }

  @Test func namesAndFamiliesConform() throws {
    func check(_ kind: some AnyKind) throws {
      let conformance = KindConformance(kind.kind)
      conformance.checkNames()
      try conformance.checkFamilies()
    }
    for kind in Kinds.all { try check(kind) }
    #expect(Set(Kinds.all.map(\.problemName)).count == Kinds.all.count)
  }

  @Test func formulationsAreTheFoldersOfFormulations() throws {
    func check<K: AnyKind>(_ kind: K) throws {
      guard !kind.kind.formulations.isEmpty else { return }
      let folders = try PackageFolder.folders("formulations/\(K.P.name)")
      #expect(kind.kind.exportedNames.sorted() == folders.sorted())
    }
    for kind in Kinds.all { try check(kind) }
    let kinds = Set(Kinds.all.map(\.problemName))
    #expect(try kinds.isSuperset(of: PackageFolder.folders("formulations")))
  }

  /// That of a formulation or a method is a part of conformance.
  @Test func aBackendThatIsNotThereIsRefusedWithTheNamesThatAre() {
    #expect { try PlanSearch<SplittingProblem>.solver(named: "nonesuch") } throws: { error in
      (["nonesuch", "native"] + Backends.all).allSatisfy("\(error)".contains)
    }
  }

  /// A key that means something in the same part of other problems' files is called theirs.
  @Test(
    arguments: [
      (
        "splitting", #""network": {"nodes": [{"id": "u", "capacity": 1}], "links": []}"#,
        "problem coordination"
      ),
      ("splitting", #""dnns": {}, "jobs": [], "users": []"#, "problem batching"),
      ("splitting", #""options": {"paths": "single"}"#, "problem coordination"),
      ("splitting", #""dnns": {"d": {"blocks": []}}"#, "problems batching and coordination"),
      (
        "splitting", #""network": {"nodes": [{"id": "u"}], "links": [{"from": "u", "penalty": 1}]}"#,
        "problem coordination"
      ),
      (
        "coordination", #""network": {"nodes": [{"id": "u", "compute": 1}], "links": []}"#,
        "problem splitting"
      ),
      ("coordination", #""tasks": [{"id": "t", "deadline": 1}]"#, "problems splitting and batching"),
      ("batching", #""network": {}"#, "problems splitting and coordination"),
      ("serving", #""machines": [{"id": "m", "memory": 1}]"#, "problem splitting"),
      ("serving", #""jobs": []"#, "problem splitting"),
    ])
  func keysOfOtherProblemsAreCalledSo(_ problem: String, _ members: String, _ owners: String) throws {
    let required = [
      "splitting": [
        "network": #"{"nodes": [{"id": "u"}], "links": []}"#, "dnns": "{}", "jobs": "[]",
      ],
      "coordination": [
        "network": #"{"nodes": [{"id": "u"}], "links": []}"#,
        "dnns": #"{"d": {"host": "u", "input": 0, "accuracy": 1, "blocks": []}}"#, "tasks": "[]",
      ],
      "serving": ["model": #"{"layers": 1}"#, "machines": "[]", "links": "[]"],
    ]
    let rest = (required[problem] ?? [:]).filter { !members.contains("\"\($0.key)\":") }
    let parts = rest.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" } + [members]
    let text = "{\"layerroute\": 1, \"problem\": \"\(problem)\", \(parts.joined(separator: ", "))}"
    var document = try Document.parse(Array(text.utf8), format: .json, file: "instance.json")
    document.foreignKeys = Kinds.foreignKeys(toInstance: document)
    func read<K: AnyKind>(_ kind: K) throws { _ = try K.P.instance(from: document) }
    let kind = try Kinds.kind(ofInstance: document)
    #expect { try read(kind) } throws: { error in
      "\(error)".contains("belongs to the \(owners), but this is an instance of \(problem)")
    }
  }

  @Test func theReadmeShowsTheExample() throws {
    let example = PackageFolder.url.appending(path: "docs/examples/camera.yaml")
    let readme = try String(contentsOf: PackageFolder.url.appending(path: "README.md"), encoding: .utf8)
    #expect(readme.contains(try String(contentsOf: example, encoding: .utf8)))
  }
}
