extension BackboneTopology {
  /// The 14-node, 21-link NSFNET T1 backbone (1991), instance `nobel-us` of SNDlib.
  package static let nsfnet = BackboneTopology(
    places: [
      "Palo Alto", "San Diego", "Boulder", "Washington", "Atlanta", "Urbana-Champaign", "Ann Arbor",
      "Lincoln", "Princeton", "Ithaca", "Pittsburgh", "Houston", "Salt Lake City", "Seattle",
    ],
    positions: [
      (-122.07, 37.25), (-117.08, 32.42), (-105.16, 40.0), (-77.02, 38.52), (-84.23, 33.44),
      (-88.14, 40.06), (-83.43, 42.16), (-96.42, 40.47), (-74.39, 40.21), (-76.3, 42.26), (-79.58, 40.26),
      (-95.21, 29.45), (-111.55, 40.39), (-122.24, 47.33),
    ],
    links: [
      (0, 1, 704.13), (0, 12, 975.47), (0, 13, 1121.25), (1, 11, 2108.66), (1, 13, 1714.87),
      (2, 7, 743.65), (2, 11, 1482.54), (2, 12, 544.51), (3, 8, 294.05), (3, 9, 420.43),
      (3, 11, 1952.11), (4, 10, 863.79), (4, 11, 1131.68), (5, 7, 703.96), (5, 10, 727.69),
      (5, 13, 2833.58), (6, 8, 786.74), (6, 9, 587.33), (6, 12, 2348.18), (8, 10, 440.66), (9, 10, 353.07),
    ])
}
