import Splitting
import SplittingGenerators

/// Instances that measurements are made on, by seed; named by the options of `layerroute generate`.
struct SeededFamily: Sendable {
  let name: String
  let make: @Sendable (UInt64) throws -> Instance

  static let all: [SeededFamily] =
    [
      SeededFamily(name: "chain") { try .chain(seed: $0) },
      SeededFamily(name: "two-tier") { try .twoTier(seed: $0) },
      SeededFamily(name: "geometric") { try .geometric(seed: $0) },
    ]
    + Backbone.allCases.map { topology in
      SeededFamily(name: "backbone --topology \(topology.rawValue)") {
        try .backbone(seed: $0, topology: topology)
      }
    }
    + [
      SeededFamily(name: "fat-tree") { try .fatTree(seed: $0) },
      SeededFamily(name: "demo") { .demo(seed: $0) },
      SeededFamily(name: "two-tier --memory-tightness 0 --compute-tightness 0.8") {
        try .twoTier(seed: $0, workload: .twoTier.with(compute: 0.8))
      },
      SeededFamily(name: "geometric --memory-tightness 0 --compute-tightness 0.7") {
        try .geometric(seed: $0, workload: .geometric.with(compute: 0.7))
      },
      SeededFamily(name: "backbone --memory-tightness 0 --link-tightness 0.2") {
        try .backbone(seed: $0, workload: .backbone.with(link: 0.2))
      },
      SeededFamily(name: "backbone --deadline-tightness 0.5") {
        try .backbone(
          seed: $0, workload: .backbone.with(memory: Workload.backbone.tightness.memory, deadline: 0.5))
      },
    ]

  /// Small pipelines under the objective `bottleneck`.
  static let pipelines = PipelineKind.allCases.map { kind in
    SeededFamily(name: kind.rawValue) {
      kind.instance(nodes: kind.isComplete ? 6 : 14, layers: 10, seed: $0 + 1)
    }
  }

  /// The families whose names contain `part`; all without it.
  static func named(_ part: String?) -> [SeededFamily] {
    all.filter { family in part.map(family.name.contains) ?? true }
  }
}

extension Workload {
  /// The workload with another tightness.
  fileprivate func with(
    memory: Double = 0, compute: Double = 0, link: Double = 0, deadline: Double = 0
  ) -> Workload {
    var workload = self
    workload.rate = compute + link > 0 ? 5 : 0
    workload.tightness = Tightness(
      memory: memory, computeLoad: compute, linkLoad: link, deadline: deadline)
    return workload
  }
}
