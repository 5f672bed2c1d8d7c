extension BackboneTopology {
  /// The 12-node, 15-link Abilene research backbone of the USA (2004), instance `abilene` of SNDlib.
  package static let abilene = BackboneTopology(
    places: [
      "ATLAM5", "ATLAng", "CHINng", "DNVRng", "HSTNng", "IPLSng", "KSCYng", "LOSAng", "NYCMng", "SNVAng",
      "STTLng", "WASHng",
    ],
    positions: [
      (-84.38, 33.75), (-85.5, 34.5), (-87.62, 41.83), (-105.0, 40.75), (-95.52, 29.77), (-86.16, 39.78),
      (-96.6, 38.96), (-118.25, 34.05), (-73.97, 40.78), (-122.03, 37.39), (-122.3, 47.6), (-77.03, 38.9),
    ],
    links: [
      (0, 1, 132.4), (1, 4, 1079.45), (1, 5, 590.24), (1, 11, 899.49), (2, 5, 259.17), (2, 8, 1145.19),
      (3, 6, 744.22), (3, 9, 1514.43), (3, 10, 1571.42), (4, 6, 1027.12), (4, 7, 2193.58), (5, 6, 901.52),
      (7, 9, 503.79), (8, 11, 335.08), (9, 10, 1136.31),
    ])
}
