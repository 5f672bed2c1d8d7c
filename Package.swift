// swift-tools-version: 6.1
import PackageDescription

// The order of the targets is the order of the layers: a target imports only from above it.

// The backends refer to their libraries weakly, and only the programs that solve link them: SwiftPM links what a
// worker is made of into the main program as well, which has to start where a library is missing.
let glpkLibrary: [LinkerSetting] = [.linkedLibrary("glpk", .when(traits: ["GLPK"]))]
let cbcLibrary: [LinkerSetting] = [
  .linkedLibrary("CbcSolver", .when(traits: ["CBC"])), .linkedLibrary("Clp", .when(traits: ["CBC"])),
]

let package = Package(
  name: "LayerRoute",
  platforms: [.macOS(.v13)],
  products: [
    .executable(name: "layerroute", targets: ["layerroute"]),
    // `import LayerRoute` is enough to use it; the other modules are for who extends it. `make docs` documents them all.
    .library(
      name: "LayerRoute",
      targets: [
        "LayerRoute", "Instances", "Graphs", "LinearModels", "Verification", "Formulations",
        "AssignmentFormulation", "AssignmentTightFormulation", "PairflowFormulation", "LayeredFormulation",
      ]),
    // A program that depends on these finds the workers beside itself.
    .executable(name: "layerroute-glpk", targets: ["layerroute-glpk"]),
    .executable(name: "layerroute-cbc", targets: ["layerroute-cbc"]),
    .library(name: "GLPKBackend", targets: ["GLPKBackend"]),
    .library(name: "CBCBackend", targets: ["CBCBackend"]),
  ],
  traits: [
    .trait(name: "GLPK", description: "Solve with GLPK (GPL-3; needs libglpk-dev)."),
    .trait(name: "CBC", description: "Solve with CBC (EPL-2.0; needs coinor-libcbc-dev)."),
    .default(enabledTraits: ["GLPK", "CBC"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    // A command plugin, for `make docs`; no target depends on it.
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
  ],
  targets: [
    .target(name: "Instances", dependencies: ["Yams"]),
    .target(name: "Graphs", dependencies: ["Instances"]),
    // Rounding functions live in libm, which a program without Foundation does not link by itself.
    .target(name: "LinearModels", linkerSettings: [.linkedLibrary("m")]),
    .target(name: "Verification", dependencies: ["Instances"]),

    .target(
      name: "Formulations",
      dependencies: ["Instances", "Graphs", "LinearModels"],
      path: "formulations",
      exclude: ["README.md", "relaxations.md", "assignment", "assignment-tight", "pairflow", "layered"]),
    .target(
      name: "AssignmentFormulation",
      dependencies: ["Formulations"],
      path: "formulations/assignment",
      exclude: ["README.md", "samples"]),
    .target(
      name: "AssignmentTightFormulation",
      dependencies: ["Formulations"],
      path: "formulations/assignment-tight",
      exclude: ["README.md", "samples"]),
    .target(
      name: "PairflowFormulation",
      dependencies: ["Formulations"],
      path: "formulations/pairflow",
      exclude: ["README.md", "samples"]),
    .target(
      name: "LayeredFormulation",
      dependencies: ["Formulations"],
      path: "formulations/layered",
      exclude: ["README.md", "samples"]),

    .systemLibrary(
      name: "CGLPK",
      path: "Sources/Backends/GLPK/CGLPK",
      providers: [.apt(["libglpk-dev"]), .brew(["glpk"])]),
    .target(
      name: "GLPKBackend",
      dependencies: ["LinearModels", .target(name: "CGLPK", condition: .when(traits: ["GLPK"]))],
      path: "Sources/Backends/GLPK",
      exclude: ["CGLPK"]),
    .systemLibrary(
      name: "CCBC",
      path: "Sources/Backends/CBC/CCBC",
      providers: [.apt(["coinor-libcbc-dev"]), .brew(["cbc"])]),
    .target(
      name: "CBCBackend",
      dependencies: ["LinearModels", .target(name: "CCBC", condition: .when(traits: ["CBC"]))],
      path: "Sources/Backends/CBC",
      exclude: ["CCBC"]),

    .target(name: "Worker", dependencies: ["LinearModels"], path: "Sources/Workers/Worker"),
    .executableTarget(
      name: "layerroute-glpk",
      dependencies: ["Worker", "GLPKBackend"],
      path: "Sources/Workers/layerroute-glpk",
      linkerSettings: glpkLibrary),
    .executableTarget(
      name: "layerroute-cbc",
      dependencies: ["Worker", "CBCBackend"],
      path: "Sources/Workers/layerroute-cbc",
      linkerSettings: cbcLibrary),

    .target(
      name: "LayerRoute",
      dependencies: [
        "Instances", "Graphs", "LinearModels", "Verification", "Formulations",
        "AssignmentFormulation", "AssignmentTightFormulation", "PairflowFormulation", "LayeredFormulation",
        "Worker",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ]),
    .executableTarget(
      name: "layerroute",
      dependencies: [
        "LayerRoute", "layerroute-glpk", "layerroute-cbc",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/CommandLine"),

    .executableTarget(
      name: "benchmarks",
      dependencies: [
        "LayerRoute", "layerroute-glpk", "layerroute-cbc",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "benchmarks",
      exclude: ["README.md"]),

    // What several test targets share: seeded instances, enumeration, programs run with a limit.
    .target(
      name: "TestSupport",
      dependencies: ["Instances", .product(name: "Subprocess", package: "swift-subprocess")],
      path: "Tests/Support"),
    .testTarget(name: "InstancesTests", dependencies: ["Instances"]),
    .testTarget(
      name: "LinearModelTests",
      dependencies: ["LinearModels", "GLPKBackend", "CBCBackend", "Instances", "TestSupport"],
      linkerSettings: glpkLibrary + cbcLibrary),
    .testTarget(
      name: "BackendTests",
      dependencies: [
        "LayerRoute", "Worker", "GLPKBackend", "CBCBackend", "layerroute-glpk", "layerroute-cbc",
        "TestSupport",
      ],
      linkerSettings: glpkLibrary + cbcLibrary),
    .testTarget(
      name: "PlanningTests",
      dependencies: [
        "TestSupport", "LayerRoute", "GLPKBackend", "CBCBackend", "layerroute-glpk", "layerroute-cbc",
      ],
      linkerSettings: glpkLibrary + cbcLibrary),
    .testTarget(name: "GraphTests", dependencies: ["TestSupport", "Graphs"]),
    .testTarget(name: "VerificationTests", dependencies: ["TestSupport", "Verification"]),
    .testTarget(
      name: "FormulationTests",
      dependencies: ["TestSupport", "LayerRoute", "layerroute-glpk", "layerroute-cbc"]),
    .testTarget(
      name: "CommandLineTests",
      dependencies: ["TestSupport", "LayerRoute", "layerroute", "layerroute-glpk", "layerroute-cbc"],
      exclude: ["Golden"]),
    // The library as its users see it.
    .testTarget(
      name: "ExampleTests",
      dependencies: ["TestSupport", "LayerRoute", "GLPKBackend", "layerroute-glpk", "layerroute-cbc"],
      linkerSettings: glpkLibrary),
  ],
  swiftLanguageModes: [.v6]
)
