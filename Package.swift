// swift-tools-version: 6.1
import PackageDescription

// MARK: What there is one of each: a line here, and everything below follows

/// The formulations of each kind of problem: their folders under `formulations`.
let formulations = [
  "splitting": ["assignment", "assignment-tight", "pairflow", "layered", "paths"],
  "batching": ["selection", "layered"],
  "coordination": ["paths", "layered"],
  "serving": ["switched", "layered"],
]

/// A backend: its trait, which is also its folder under `Sources/Backends`, and where its library comes from.
let backends = [
  Backend(
    trait: "GLPK", licence: "GPL-3",
    linked: Backend.Library(names: ["glpk"], debian: "libglpk-dev", brew: "glpk")),
  Backend(
    trait: "CBC", licence: "EPL-2.0",
    linked: Backend.Library(names: ["CbcSolver", "Clp"], debian: "coinor-libcbc-dev", brew: "cbc")),
  // Opened at run time, so that building needs nothing.
  Backend(trait: "HiGHS", licence: "MIT", linked: nil),
]

/// A suite of benchmarks: its file under `benchmarks/suites`.
let suites = [
  "smoke", "uncoupled", "coupled", "link-coupled", "cold", "unpruned", "many-hosts", "scaling", "models",
  "throughput", "batching", "coordination", "serving",
]

struct Backend {
  /// A library with a header: what programs link, and the packages that hold it.
  struct Library {
    let names: [String]
    let debian: String
    let brew: String
  }

  let trait: String
  let licence: String
  /// `nil` if the binding opens its library at run time and needs no header.
  let linked: Library?

  /// The module map, the binding and the worker.
  var module: String { "C\(trait)" }
  var target: String { "\(trait)Backend" }
  var worker: String { "layerroute-\(trait.lowercased())" }

  /// The binding refers to its library weakly, and only the programs that solve link it: SwiftPM links what a worker
  /// is made of into the main program as well, which has to start where a library is missing.
  var linkerSettings: [LinkerSetting] {
    (linked?.names ?? []).map { .linkedLibrary($0, .when(traits: [trait])) }
  }

  var summary: String {
    "Solve with \(trait) (\(licence); \(linked.map { "needs \($0.debian)" } ?? "opened at run time"))."
  }

  var products: [Product] {
    [
      .library(name: target, targets: [target]),
      // A program that depends on it finds the worker beside itself.
      .executable(name: worker, targets: [worker]),
    ]
  }

  var bindingTargets: [Target] {
    let folder = "Sources/Backends/\(trait)"
    guard let linked else {
      return [.target(name: target, dependencies: ["Foundations", "LinearModels"], path: folder)]
    }
    return [
      .systemLibrary(
        name: module, path: "\(folder)/\(module)",
        providers: [.apt([linked.debian]), .brew([linked.brew])]),
      .target(
        name: target,
        dependencies: [
          "Foundations", "LinearModels", .target(name: module, condition: .when(traits: [trait])),
        ],
        path: folder,
        exclude: [module]),
    ]
  }

  var workerTarget: Target {
    .executableTarget(
      name: worker,
      dependencies: ["Worker", .byName(name: target)],
      path: "Sources/Workers/\(worker)",
      linkerSettings: linkerSettings)
  }
}

let workerDependencies: [Target.Dependency] = backends.map { .byName(name: $0.worker) }
let backendDependencies: [Target.Dependency] = backends.map { .byName(name: $0.target) }
let solverLibraries: [LinkerSetting] = backends.flatMap(\.linkerSettings)
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")

// MARK: Targets, lowest first: a target imports only from above it

let commonTargets: [Target] = [
  // Rounding functions live in libm, which a program without Foundation does not link by itself.
  .target(name: "Foundations", linkerSettings: [.linkedLibrary("m")]),
  .target(name: "Documents", dependencies: ["Foundations", "Yams"]),
  .target(name: "Networks", dependencies: ["Foundations", "Documents"]),
  .target(name: "Graphs", dependencies: ["Foundations", "Networks"]),
  .target(name: "LinearModels", dependencies: ["Foundations"]),
]

let problemTargets: [Target] = [
  .target(name: "Problems", dependencies: ["Foundations", "Documents", "LinearModels"])
]

let workerTargets: [Target] =
  [.target(name: "Worker", dependencies: ["Foundations", "LinearModels"], path: "Sources/Workers/Worker")]
  + backends.map(\.workerTarget)
  + [
    .target(name: "Solvers", dependencies: ["Foundations", "LinearModels", "Worker", subprocess]),
    .target(name: "Planning", dependencies: ["Problems", "Solvers"]),
  ]

/// What the formulations of a kind share, and each of them: one target, whose folders hold documents as well.
func formulationsTarget(_ name: String, of kind: String, dependencies: [Target.Dependency]) -> Target {
  let documents = (formulations[kind] ?? []).flatMap { ["\($0)/README.md", "\($0)/samples"] }
  return .target(
    name: name, dependencies: dependencies + ["LinearModels"], path: "formulations/\(kind)",
    exclude: ["README.md", "relaxations.md"] + documents)
}

let splittingTargets: [Target] = [
  .target(
    name: "Splitting", dependencies: ["Networks", "Graphs", "Problems"], path: "Sources/Splitting/Model"),
  .target(name: "SplittingChecking", dependencies: ["Splitting"], path: "Sources/Splitting/Checking"),
  formulationsTarget("SplittingFormulations", of: "splitting", dependencies: ["Splitting"]),
  .target(name: "SplittingGenerators", dependencies: ["Splitting"], path: "Sources/Splitting/Generators"),
  // Searches for one job on flat arrays, which know nothing of files, plans or solves.
  .target(
    name: "SplittingPipelines", dependencies: ["Foundations", "LinearModels"],
    path: "Sources/Splitting/Pipelines"),
  // Formulations are handed to it as values: it states nothing itself.
  .target(
    name: "SplittingAlgorithms",
    dependencies: ["Splitting", "SplittingChecking", "SplittingPipelines", "Planning"],
    path: "Sources/Splitting/Algorithms"),
]

let queueTargets: [Target] = [
  // A schedule is a plan of splitting and an order of its jobs: this kind asks another question about the same instances.
  .target(name: "Queues", dependencies: ["Splitting"], path: "Sources/Queues/Model"),
  // The hosts and routes of a schedule are checked by the evaluator of splitting.
  .target(
    name: "QueuesChecking", dependencies: ["Queues", "SplittingChecking", heap],
    path: "Sources/Queues/Checking"),
  // What a schedule costs is known only after its simulation, so that methods import the checking; it imports none of them.
  .target(
    name: "QueuesAlgorithms", dependencies: ["QueuesChecking", "Graphs", "LinearModels", heap],
    path: "Sources/Queues/Algorithms"),
]

let batchingTargets: [Target] = [
  .target(
    name: "Batching", dependencies: ["Foundations", "Documents", "Problems"], path: "Sources/Batching/Model"),
  .target(name: "BatchingChecking", dependencies: ["Batching"], path: "Sources/Batching/Checking"),
  formulationsTarget("BatchingFormulations", of: "batching", dependencies: ["Batching"]),
  .target(name: "BatchingGenerators", dependencies: ["Batching"], path: "Sources/Batching/Generators"),
  .target(name: "BatchingAlgorithms", dependencies: ["Batching"], path: "Sources/Batching/Algorithms"),
]

let coordinationTargets: [Target] = [
  .target(
    name: "Coordination", dependencies: ["Networks", "Problems"], path: "Sources/Coordination/Model"),
  .target(
    name: "CoordinationChecking", dependencies: ["Coordination"], path: "Sources/Coordination/Checking"),
  formulationsTarget("CoordinationFormulations", of: "coordination", dependencies: ["Coordination"]),
  .target(
    name: "CoordinationGenerators", dependencies: ["Coordination"], path: "Sources/Coordination/Generators"),
  // Plans are searched for with linear programs in sessions; nothing here states a formulation.
  .target(
    name: "CoordinationAlgorithms", dependencies: ["Coordination", "Graphs", "LinearModels"],
    path: "Sources/Coordination/Algorithms"),
  .target(
    name: "CoordinationPictures", dependencies: ["Coordination", "CoordinationChecking", "Charts"],
    path: "Sources/Coordination/Pictures"),
]

let servingTargets: [Target] = [
  // Clusters as flat arrays, flows of placements and the area bound: what models, formulations and searches share.
  .target(name: "ServingFlows", dependencies: ["Foundations"], path: "Sources/Serving/Flows"),
  .target(name: "Serving", dependencies: ["ServingFlows", "Problems"], path: "Sources/Serving/Model"),
  .target(name: "ServingChecking", dependencies: ["Serving"], path: "Sources/Serving/Checking"),
  formulationsTarget("ServingFormulations", of: "serving", dependencies: ["Serving"]),
  .target(name: "ServingGenerators", dependencies: ["Serving"], path: "Sources/Serving/Generators"),
  // Searches on flat arrays, which know nothing of files, plans or solves.
  .target(name: "ServingSearch", dependencies: ["ServingFlows"], path: "Sources/Serving/Search"),
  .target(
    name: "ServingAlgorithms", dependencies: ["Serving", "ServingSearch"], path: "Sources/Serving/Algorithms"),
]

let kindTargets =
  splittingTargets + queueTargets + batchingTargets + coordinationTargets + servingTargets

let programTargets: [Target] = [
  .target(
    name: "Importers", dependencies: ["Foundations", "Documents", "Networks", "Batching", protobuf],
    exclude: ["ONNX/Schema/onnx.proto"]),
  .target(name: "Charts", dependencies: ["Foundations"]),
  .target(name: "Pictures", dependencies: ["Charts", "Splitting"]),
  .target(
    name: "LayerRoute",
    dependencies: [
      "SplittingAlgorithms", "SplittingFormulations", "SplittingGenerators", "QueuesAlgorithms",
      "BatchingAlgorithms", "BatchingChecking", "BatchingFormulations", "BatchingGenerators",
      "CoordinationAlgorithms", "CoordinationFormulations", "CoordinationGenerators", "CoordinationPictures",
      "ServingChecking", "ServingAlgorithms", "ServingFormulations", "ServingGenerators", "Charts",
      "Pictures",
    ]),
  // Suites are part of the program, so that it needs no files beside itself.
  .target(
    name: "BenchmarkHarness",
    dependencies: ["LayerRoute", "Charts", "Worker", subprocess],
    path: "benchmarks",
    exclude: ["README.md", "exits", "measurements", "native-peers", "results"],
    sources: ["harness"],
    resources: suites.map { .embedInCode("suites/\($0).yaml") }),
  .executableTarget(
    name: "layerroute",
    dependencies: ["LayerRoute", "Importers", "BenchmarkHarness", argumentParser] + workerDependencies,
    path: "Sources/CommandLine"),
  .executableTarget(
    name: "benchmarks",
    dependencies: ["LayerRoute", "Importers", "Charts", argumentParser] + backendDependencies
      + workerDependencies,
    path: "benchmarks/measurements",
    linkerSettings: solverLibraries),
]

let testTargets: [Target] = [
  // What several test targets share: seeded instances, enumeration, programs run with a limit.
  .target(
    name: "TestSupport", dependencies: ["Splitting", "HiGHSBackend", subprocess], path: "Tests/Support"),
  // What every backend, formulation and kind must do: a call for each.
  .target(
    name: "Conformance", dependencies: ["LinearModels", "Problems", "Planning"], path: "Tests/Conformance"),
  // A worker whose library aborts, hangs, eats memory or lies.
  .executableTarget(
    name: "StubWorker", dependencies: ["Foundations", "Worker", "LinearModels"], path: "Tests/StubWorker"),
  .testTarget(name: "FoundationsTests", dependencies: ["Foundations", "TestSupport"]),
  .testTarget(name: "DocumentsTests", dependencies: ["Documents", "TestSupport"]),
  .testTarget(name: "NetworksTests", dependencies: ["Networks", "TestSupport"]),
  .testTarget(name: "GraphsTests", dependencies: ["Graphs", "SplittingChecking", "TestSupport"]),
  .testTarget(
    name: "LinearModelsTests",
    dependencies: ["LinearModels", "TestSupport"] + backendDependencies,
    linkerSettings: solverLibraries),
  .testTarget(
    name: "SolversTests",
    dependencies: ["Solvers", "Worker", "Conformance", "TestSupport", "StubWorker"] + backendDependencies
      + workerDependencies,
    linkerSettings: solverLibraries),
  .testTarget(name: "SplittingTests", dependencies: ["SplittingChecking", "TestSupport"]),
  .testTarget(name: "SplittingCheckingTests", dependencies: ["SplittingChecking", "TestSupport"]),
  .testTarget(name: "SplittingGeneratorsTests", dependencies: ["SplittingGenerators", "TestSupport"]),
  .testTarget(
    name: "SplittingFormulationsTests",
    dependencies: ["LayerRoute", "Conformance", "TestSupport"] + workerDependencies),
  .testTarget(
    name: "LayerRouteTests", dependencies: ["LayerRoute", "Conformance", "TestSupport"] + workerDependencies),
  .testTarget(
    name: "PlanningTests",
    dependencies: ["TestSupport", "LayerRoute"] + backendDependencies + workerDependencies,
    linkerSettings: solverLibraries),
  .testTarget(
    name: "SplittingAlgorithmsTests",
    dependencies: ["TestSupport", "LayerRoute", "SplittingPipelines"] + workerDependencies),
  .testTarget(
    name: "ImporterTests", dependencies: ["Importers", "SplittingGenerators", "TestSupport", protobuf],
    exclude: ["Models"]),
  .testTarget(name: "ChartTests", dependencies: ["TestSupport", "Charts"]),
  .testTarget(name: "PictureTests", dependencies: ["TestSupport", "Pictures", "SplittingChecking"]),
  .testTarget(
    name: "QueuesTests",
    dependencies: ["TestSupport", "QueuesAlgorithms", "Solvers", "SplittingGenerators"] + workerDependencies),
  .testTarget(
    name: "BatchingTests",
    dependencies: ["TestSupport", "Conformance", "LayerRoute", "Importers"] + backendDependencies
      + workerDependencies,
    linkerSettings: solverLibraries),
  .testTarget(
    name: "CoordinationTests",
    dependencies: ["LayerRoute", "Conformance", "TestSupport"] + workerDependencies),
  .testTarget(
    name: "ServingTests",
    dependencies: ["TestSupport", "LayerRoute", "Conformance", "ServingSearch"] + workerDependencies),
  .testTarget(
    name: "BenchmarkTests",
    dependencies: ["TestSupport", "BenchmarkHarness"]),
  .testTarget(
    name: "CommandLineTests",
    dependencies: ["TestSupport", "LayerRoute", "layerroute", "StubWorker"] + workerDependencies,
    exclude: ["Golden"]),
  // The library as its users see it.
  .testTarget(
    name: "ExampleTests",
    dependencies: ["TestSupport", "LayerRoute"] + backendDependencies + workerDependencies,
    linkerSettings: solverLibraries),
]

let package = Package(
  name: "LayerRoute",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "layerroute", targets: ["layerroute"]),
    // `import LayerRoute` is enough to use it; the other modules are for who extends it. `make docs` documents them all.
    .library(
      name: "LayerRoute",
      targets: (commonTargets + problemTargets + kindTargets).map(\.name)
        + ["Solvers", "Planning", "Importers", "Charts", "Pictures", "LayerRoute"]),
  ] + backends.flatMap(\.products),
  traits: Set(
    backends.map { .trait(name: $0.trait, description: $0.summary) } + [
      .default(enabledTraits: Set(backends.map(\.trait)))
    ]),
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: commonTargets + problemTargets + backends.flatMap(\.bindingTargets) + workerTargets + kindTargets
    + programTargets + testTargets,
  swiftLanguageModes: [.v6]
)

// For `make test`: tests search thousands of times, which takes a third of the time if everything but the tests and
// programs is optimised. Compiling takes a fifth longer.
if Context.environment["LAYERROUTE_OPTIMISED"] != nil {
  for target in package.targets where target.type == .regular {
    target.swiftSettings =
      (target.swiftSettings ?? []) + [
        .unsafeFlags(["-O", "-whole-module-optimization", "-num-threads", "2"])
      ]
  }
}
