import BenchmarkHarness
import Documents
import Foundation
import LayerRoute
import Splitting
import SplittingAlgorithms
import SplittingChecking
import TestSupport
import Testing

@Suite struct SuiteTests {
  @Test func everyFileOfTheFolderComesWithTheProgram() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../benchmarks/suites").standardized
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(Set(files) == Set(Suite.Shipped.all.map { "\($0.name).yaml" }))
    for shipped in Suite.Shipped.all {
      let text = try String(contentsOf: folder.appending(path: "\(shipped.name).yaml"), encoding: .utf8)
      #expect(text == shipped.text, "\(shipped.name)")
    }
  }

  @Test(arguments: Suite.Shipped.all.map(\.name))
  func aSuiteOfOursCanBeRead(_ name: String) throws {
    let suite = try Suite.read(name)
    #expect(suite.name == name && !suite.about.isEmpty && suite.settings.repetitions >= 2)
    #expect(Set(suite.cases.map(\.subject.name)).count == suite.cases.count)
    #expect(suite.runCount == suite.cases.count * suite.methods.count * suite.settings.repetitions)
    let again = try Suite.read(name)
    #expect(again.fingerprint == suite.fingerprint)
    #expect(again.cases.map(\.instance) == suite.cases.map(\.instance))
  }

  /// Formulations that refuse would leave a class to `layered` alone. In `coordination`, `paths` refuses what grows too large.
  @Test(arguments: Suite.Shipped.all.map(\.name).filter { $0 != "coordination" })
  func everyFormulationOfASuiteCanStateItsInstances(_ name: String) throws {
    let suite = try Suite.read(name)
    let kind = try #require(Kinds.all.first { $0.problemName == suite.problem })
    try expectStated(suite, kind)
  }

  private func expectStated<K: AnyKind>(_ suite: Suite, _ kind: K) throws {
    for formulation in Set(suite.methods.filter { $0.backend != Origin.native }.map(\.formulation)) {
      let found = try kind.kind.formulation(named: formulation)
      for item in suite.cases {
        let document = try Document.parse(Array(item.instance.utf8), format: .json, file: item.subject.name)
        let refusal = found.refusal(of: try K.P.instance(from: document))
        #expect(
          refusal == nil || item.subject.sizeClass == "link load", "\(formulation) on \(item.subject.name)")
      }
    }
  }

  /// An instance whose shortest paths keep every constraint is not coupled.
  @Test(arguments: ["coupled", "cold", "link-coupled", "many-hosts", "scaling", "models"])
  func couplingChangesTheOptimum(_ name: String) throws {
    for item in try Suite.read(name).cases {
      let instance = try item.parsed()
      let plan = try #require(try ShortestPaths(instance).plan, "\(item.subject.name)")
      let isFeasible = Evaluator(instance).evaluate(plan).isFeasible
      #expect(!isFeasible, "\(item.subject.name)")
    }
  }

  @Test func listsStandForAllCombinations() throws {
    let suite = try read(
      """
      layerroute: 1
      limit: 500 ms
      memory: 2 MiB
      repetitions: 4
      seed: 9
      heuristic: false
      formulations: [layered]
      backends: [glpk, native]
      instances:
        - {family: chain, class: "{nodes} x {layers}", scale: nodes, nodes: [3, 5], layers: [2, 4], jobs: 1}
        - {family: backbone, name: far, topology: abilene, seed: [7]}
      """)
    #expect(
      suite.cases.map(\.subject.name) == [
        "chain nodes=3 layers=2", "chain nodes=3 layers=4", "chain nodes=5 layers=2",
        "chain nodes=5 layers=4", "far",
      ])
    #expect(suite.cases[1].subject.sizeClass == "3 x 4" && suite.cases[4].subject.sizeClass == "far")
    #expect(suite.cases[2].subject.scale == Subject.Scale(dimension: "nodes", value: 5))
    #expect(suite.cases[3].subject.nodes == 5 && suite.cases[3].subject.layers == 4)
    #expect(try suite.cases[4].parsed() == Instance.backbone(seed: 7, topology: .abilene))
    #expect(
      suite.methods.map(\.description) == ["layered glpk", "layered native", "paths native"])
    #expect(
      suite.settings
        == Session.Settings(
          limit: 0.5, memory: 2 * 1024 * 1024, repetitions: 4, seed: 9, isGivenPlan: false))
  }

  @Test func theUsualProblemIsSplitting() throws {
    let instances = "instances: [{family: chain, seed: [1, 2]}]"
    let usual = try read("layerroute: 1\n\(instances)")
    let named = try read("layerroute: 1\nproblem: splitting\n\(instances)")
    #expect(usual.fingerprint == named.fingerprint)
  }

  @Test func filesAreFoundBesideTheSuite() throws {
    let folder = try TemporaryFolder()
    try folder.write(Instance.contractExample().json(), to: "own.json")
    let path = try folder.write(
      "layerroute: 1\ninstances:\n  - {file: own.json, class: own}\n", to: "mine.yaml")
    let suite = try Suite.read(path)
    #expect(try suite.name == "mine" && suite.cases[0].parsed() == .contractExample())
    #expect(suite.cases[0].subject.name == "own.json" && suite.cases[0].subject.sizeClass == "own")
    var other = Instance.contractExample()
    other.jobs[0].weight = 2
    try folder.write(other.json(), to: "own.json")
    #expect(try Suite.read(path).fingerprint != suite.fingerprint, "the instance is another")
  }

  @Test(arguments: [
    ("instances: []", "\"layerroute\" is missing"), ("layerroute: 1", "\"instances\" is missing"),
    ("layerroute: 1\ninstances: []", "at least one instance"),
    (
      "layerroute: 1\nproblem: ring\ninstances: [{family: chain}]",
      "2:10: problem: there is no problem \"ring\"; there are splitting"
    ),
    ("layerroute: 1\ninstances: [{family: ring}]", "ring"),
    (
      "layerroute: 1\ninstances: [{family: chain, arity: 4}]",
      "arity does not apply to chain, only to fat-tree"
    ),
    ("layerroute: 1\ninstances: [{family: chain, nods: 4}]", "did you mean \"nodes\"?"),
    ("layerroute: 1\ninstances: [{family: chain, dnn: lenet}]", "it must be one of vgg16"),
    ("layerroute: 1\ninstances: [{nodes: 4}]", "\"family\" is missing"),
    ("layerroute: 1\ninstances: [{family: chain, nodes: []}]", "empty list"),
    ("layerroute: 1\ninstances: [{family: chain, nodes: 1.5}]", "whole number"),
    ("layerroute: 1\ninstances: [{family: chain, nodes: 100000000}]", "number of nodes"),
    ("layerroute: 1\ninstances: [{family: chain}, {family: chain}]", "give one a name"),
    ("layerroute: 1\ninstances: [{family: chain, scale: jobs}]", "no parameter"),
    ("layerroute: 1\ninstances: [{file: nowhere.json}]", "nowhere.json"),
    ("layerroute: 1\ninstances: [{file: a.json, nodes: 3}]", "belongs to a family"),
    ("layerroute: 1\nlimit: 0\ninstances: [{family: chain}]", "positive"),
    ("layerroute: 1\nlimit: 5\nrepetitions: 0\ninstances: [{family: chain}]", "between 1 and 1000"),
    ("layerroute: 1\nbackends: [gurobi]\ninstances: [{family: chain}]", "gurobi"),
    ("layerroute: 1\nformulations: []\ninstances: [{family: chain}]", "leaves nothing"),
  ])
  func aMistakeIsNamedWithItsPlace(_ text: String, _ words: String) throws {
    let error = #expect(throws: InputError.self) { try read(text) }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test func whatIsNoSuiteIsToldThoseThatThereAre() {
    let error = #expect(throws: InputError.self) { try Suite.read("smok") }
    #expect(error?.description.contains("smoke, uncoupled") == true, "\(String(describing: error))")
  }

  private func read(_ text: String) throws -> Suite {
    let folder = try TemporaryFolder()
    return try Suite.read(try folder.write(text, to: "suite.yaml"))
  }
}

extension Suite.Case {
  /// The instance that runs are given.
  fileprivate func parsed() throws -> Instance {
    try Instance.parse(Array(instance.utf8), name: subject.name)
  }
}
