import Splitting
import SplittingGenerators
import TestSupport
import Testing

/// Families, options and the report of `generate`.
@Suite struct GenerateTests {
  @Test(arguments: ["chain", "two-tier", "geometric", "backbone", "fat-tree", "demo"])
  func theInstanceGoesToOutputAndTheReportToErrors(_ family: String) async throws {
    let run = try await layerroute("generate", family, "--seed", "3")
    expect(run, exits: 0, saying: "\(family), seed 3", "nodes", "two or more hosts")
    let instance = try Instance.parse(Array(run.output.utf8), format: .json, name: family)
    #expect(!instance.jobs.isEmpty)
    let quiet = try await layerroute("generate", family, "--seed", "3", "--quiet")
    #expect(quiet.errors.isEmpty && quiet.output == run.output, "\(quiet)")
  }

  @Test func withoutASeedItIsNought() async throws {
    let usual = try await layerroute("generate", "backbone")
    #expect(usual.output == (try await layerroute("generate", "backbone", "--seed", "0")).output)
    #expect(usual.output != (try await layerroute("generate", "backbone", "--seed", "1")).output)
  }

  @Test func demoIsTheInstanceOfTheDocumentation() async throws {
    #expect(try await layerroute("generate", "demo").output == Instance.demo().json())
    #expect(try await layerroute("generate", "demo", "--seed", "4").output == Instance.demo(seed: 4).json())
  }

  @Test func optionsReachTheInstance() async throws {
    let files = try TemporaryFolder()
    let run = try await Program.layerroute.run(
      ["generate", "backbone", "--topology", "us24", "--jobs", "3", "--dnn", "transformer", "--layers", "2"]
        + ["--objective", "max", "--waiting", "layer", "--backlog", "2", "--rate", "4"]
        + ["--memory-tightness", "0.5", "--compute-tightness", "0.4", "--link-tightness", "0.01"]
        + ["--deadline-tightness", "0.3", "-o", files.path("instance.json")])
    expect(
      run, exits: 0, saying: "backbone, seed 0", "memory 0.5", "compute load 0.4", "link load",
      "deadlines 0.3")
    #expect(run.output.isEmpty, "\(run)")
    let instance = try Instance.read(file: files.path("instance.json"))
    #expect(instance.network.nodes.count == 24 && instance.jobs.count == 3)
    #expect(instance.dnns.map(\.layers.count) == [6])
    #expect(instance.options == Options(waiting: .layer, objective: .max))
    #expect(instance.network.links.contains { $0.backlog > 0 })
  }

  @Test(
    arguments: [
      (["demo", "--jobs", "3"], "--jobs does not apply to demo"),
      (["demo", "--memory-tightness", "1"], "--memory-tightness does not apply to demo"),
      (["demo", "--waiting", "layer"], "--waiting does not apply to demo"),
      (["chain", "--arity", "4"], "--arity does not apply to chain, only to fat-tree"),
      (["chain", "--topology", "nsfnet"], "--topology does not apply to chain, only to backbone"),
      (["backbone", "--nodes", "5"], "--nodes does not apply to backbone, only to chain, geometric"),
      (["fat-tree", "--devices", "5"], "--devices does not apply to fat-tree, only to two-tier"),
      (["geometric", "--edge-servers", "5"], "--edge-servers does not apply to geometric, only to two-tier"),
      (["backbone", "--layers", "5"], "vgg19 has its own number of layers"),
      (["geometric", "--nodes", "1000000000000"], "between 2 and 2000"),
      (["geometric", "--nodes", "0"], "between 2 and 2000"),
      (["chain", "--jobs", "0"], "the number of jobs is 0"),
      (["fat-tree", "--arity", "5"], "must be even"),
      (["backbone", "--memory-tightness", "nan"], "the tightness of memory is nan"),
      (["backbone", "--link-tightness=-1"], "the tightness of link load is -1"),
      (["backbone", "--backlog", "inf"], "the backlog is inf"),
      (["backbone", "--rate", "0", "--link-tightness", "0.1"], "without a rate"),
      (["backbone", "--topology", "arpanet"], "\"arpanet\"; it must be one of nsfnet, abilene, geant, us24"),
      (["backbone", "--dnn", "lenet"], "lenet"), (["backbone", "--seed", "1.5"], "seed"),
      (["chain", "--nodes", "x"], "the number of nodes is \"x\"; it must be a whole number"),
      (["chain", "--nodes="], "the number of nodes is \"\"; it must be a whole number"),
      (["chain", "--rate", "fast"], "the rate is \"fast\"; it must be a number"),
      (["chain", "--nodes", "-1"], "the number of nodes is -1"),
      (["chain", "--nods", "5"], "did you mean --nodes?"), (["chain", "--sede=5"], "did you mean --seed?"),
      (["chain", "--frobnicate", "5"], "unknown option \"--frobnicate\""),
      (["chain", "-x"], "unknown option"),
      (["chain", "--nodes"], "--nodes needs a value"),
      (["--nodes", "--jobs", "3", "chain"], "--nodes needs a value"),
      (["chian"], "did you mean chain?"), (["ring"], "families are chain, two-tier"),
      (["splittin", "chain"], "did you mean splitting?"), (["chain", "5"], "one word too many"),
      ([], "name a family: chain, two-tier"), (["splitting"], "name a family: chain, two-tier"),
    ] as [([String], String)])
  func whatDoesNotApplyOrCannotBeIsRefused(_ arguments: [String], _ words: String) async throws {
    let run = try await Program.layerroute.run(["generate"] + arguments)
    expect(run, exits: 64, saying: words)
    #expect(run.output.isEmpty, "\(run)")
  }

  @Test(arguments: [
    ["chain", "--nodes=5", "--jobs", "2", "--seed", "3"],
    ["splitting", "chain", "--jobs", "2", "--nodes", "5"],
    ["--nodes", "5", "--jobs=2", "chain"], ["--nodes", "5", "splitting", "--jobs", "2", "chain"],
    ["--nodes", "4", "--jobs=2", "--nodes", "5", "--", "chain"],
  ])
  func optionsStandAnywhere(_ arguments: [String]) async throws {
    let seed = arguments.contains("--seed") ? [] : ["--seed", "3"]
    let run = try await Program.layerroute.run(["generate", "--quiet"] + seed + arguments)
    var workload = Workload.chain
    workload.jobs = 2
    #expect(run.output == (try Instance.chain(seed: 3, nodes: 5, workload: workload).json()), "\(run)")
  }

  @Test(
    arguments: [
      ([""], ["splitting", "chain", "fat-tree"]), (["splitting", ""], ["chain", "fat-tree"]),
      (["chain", "--"], ["--nodes", "--memory-tightness"]),
      (["backbone", "--topology", ""], ["nsfnet", "us24"]),
      (["chain", "--nodes", ""], []),
    ] as [([String], [String])])
  func shellsCompleteFamiliesAndOptions(_ words: [String], _ candidates: [String]) async throws {
    let line = ["layerroute", "generate"] + words
    let place = ["\(line.count - 1)", "\(words.last?.count ?? 0)"]
    let run = try await Program.layerroute.run(
      ["---completion", "generate", "--", "positional@0"] + place + line)
    let offered = run.output.split(separator: "\n").map(String.init)
    #expect(run.exitStatus == 0 && Set(candidates).isSubset(of: offered), "\(run)")
    #expect(!offered.contains("--edge-servers") && candidates.isEmpty == offered.isEmpty, "\(run)")
  }

  @Test func whatIsTooLargeToLookAtIsWrittenAllTheSame() async throws {
    let run = try await layerroute("generate", "fat-tree", "--arity", "16", "--jobs", "50")
    expect(run, exits: 0, saying: "too large to compute plans")
    #expect(!run.output.isEmpty)
  }
}
