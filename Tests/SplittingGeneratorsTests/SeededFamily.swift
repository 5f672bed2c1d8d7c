import Splitting
import SplittingGenerators
import Testing

/// A family with its usual workload, and backbones each as one.
struct SeededFamily: Sendable, CustomTestStringConvertible {
  let name: String
  let usual: Workload
  let make: @Sendable (UInt64, Workload) throws -> Instance

  var testDescription: String { name }

  static let all =
    [
      Self(name: "chain", usual: .chain) { try Instance.chain(seed: $0, workload: $1) },
      Self(name: "two-tier", usual: .twoTier) { try Instance.twoTier(seed: $0, workload: $1) },
      Self(name: "geometric", usual: .geometric) { try Instance.geometric(seed: $0, workload: $1) },
      Self(name: "fat-tree", usual: .fatTree) { try Instance.fatTree(seed: $0, workload: $1) },
    ]
    + Backbone.allCases.map { topology in
      Self(name: topology.rawValue, usual: .backbone) {
        try Instance.backbone(seed: $0, topology: topology, workload: $1)
      }
    }
}
