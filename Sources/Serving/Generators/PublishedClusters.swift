extension PublishedCluster {
  /// The instances of Helix, by the names of the family `helix`.
  static let all: [PublishedCluster] = [
    helix30B10, helix30BA100, helix30BL4, helix30BT4, helix30BA100Clusters,
    helix70B24, helix70B24Clusters, helix70B24Pruned, helix70B42,
  ]

  private static let helix30B10 = PublishedCluster(
    "30b-10", layers: 60, hidden: 13312,
    tables: [
      ("L4", Self.l4Of30B10),
      ("T4", Self.t4Of30B10),
    ],
    machines: "T4 L4 T4 T4 L4 T4 T4 T4 L4 L4",
    links: .uniform(ends: 500_000_000, between: 75120.19230769231))

  private static let helix30BA100 = PublishedCluster(
    "30b-a100", layers: 60, hidden: 13312,
    tables: [
      ("A100", Self.a100Of30BA100)
    ],
    machines: "A100 A100 A100 A100",
    links: .uniform(ends: 500_000_000, between: 75120.19230769231))

  private static let helix30BL4 = PublishedCluster(
    "30b-l4", layers: 60, hidden: 13312,
    tables: [
      ("L4", Self.l4Of30BL4)
    ],
    machines: "L4 L4 L4 L4 L4 L4 L4 L4",
    links: .uniform(ends: 500_000_000, between: 75120.19230769231))

  private static let helix30BT4 = PublishedCluster(
    "30b-t4", layers: 60, hidden: 13312,
    tables: [
      ("T4", Self.t4Of30BT4)
    ],
    machines: "T4 T4 T4 T4 T4 T4 T4 T4 T4 T4 T4 T4",
    links: .uniform(ends: 500_000_000, between: 75120.19230769231))

  private static let helix30BA100Clusters = PublishedCluster(
    "30b-a100-clusters", layers: 60, hidden: 13312,
    tables: [
      ("A100", Self.a100Of30BA100)
    ],
    machines: "A100 A100 A100 A100",
    links: .listed(Self.linksOf30BA100Clusters))

  private static let helix70B24 = PublishedCluster(
    "70b-24", layers: 80, hidden: 16384,
    tables: [
      ("A100", Self.a100Of70B24),
      ("L4", Self.l4Of70B24),
      ("T4", Self.t4Of70B24),
    ],
    machines: "L4 T4 T4 L4 T4 L4 A100 T4 T4 A100 A100 L4 T4 T4 L4 T4 T4 A100 L4 T4 T4 L4 T4 L4",
    links: .uniform(ends: 500_000_000, between: 61035.15625))

  private static let helix70B24Clusters = PublishedCluster(
    "70b-24-clusters", layers: 80, hidden: 16384,
    tables: [
      ("A100", Self.a100Of70B24),
      ("L4", Self.l4Of70B24),
      ("T4", Self.t4Of70B24),
    ],
    machines: "A100 A100 A100 A100 L4 L4 T4 T4 T4 T4 T4 T4 T4 T4 L4 L4 L4 L4 L4 L4 T4 T4 T4 T4",
    links: .listed(Self.linksOf70B24Clusters))

  private static let helix70B24Pruned = PublishedCluster(
    "70b-24-pruned", layers: 80, hidden: 16384,
    tables: [
      ("A100", Self.a100Of70B24),
      ("L4", Self.l4Of70B24),
      ("T4", Self.t4Of70B24),
    ],
    machines: "A100 A100 A100 A100 L4 L4 T4 T4 T4 T4 T4 T4 T4 T4 L4 L4 L4 L4 L4 L4 T4 T4 T4 T4",
    links: .listed(Self.linksOf70B24Pruned))

  private static let helix70B42 = PublishedCluster(
    "70b-42", layers: 80, hidden: 16384,
    tables: [
      ("A100", Self.a100Of70B42),
      ("L4", Self.l4Of70B42),
      ("L4x2", Self.l4x2Of70B42),
      ("T4", Self.t4Of70B42),
      ("T4x2", Self.t4x2Of70B42),
      ("T4x4", Self.t4x4Of70B42),
      ("V100", Self.v100Of70B42),
    ],
    machines: """
      T4 L4x2 L4 V100 T4x4 L4x2 L4 V100 A100 T4x2 T4 T4x2 V100 T4 V100 L4 T4 T4x2 L4 T4 \
      L4x2 A100 T4x2 L4 T4x2 T4 V100 T4x4 L4 T4 T4 T4x4 L4x2 T4x4 T4x2 A100 T4 L4 V100 L4 \
      A100 T4
      """,
    links: .uniform(ends: 500_000_000, between: 61035.15625))
}
