extension BackboneTopology {
  /// The 24-node, 43-link US backbone of the optical-network literature (USNET, UBN24), whose nodes have numbers only.
  ///
  /// The links are those of topology `usnet_ptrnet` of XLRON (Doherty, 2024) and of two more public lists,
  /// one of which has link 11 - 19 at another node. Seven lengths differ between the lists: each is the one
  /// that most of the three lists give, and for 19 - 20, with 700, 959 and 1200 km, the longest.
  package static let us24 = BackboneTopology(
    places: (1...24).map(String.init),
    // The lists say nothing about where the nodes are.
    positions: [],
    links: [
      (0, 1, 800), (0, 5, 1000), (1, 2, 1100), (1, 5, 950), (2, 3, 250), (2, 4, 1000), (2, 6, 1000),
      (3, 4, 800), (3, 6, 850), (4, 7, 1200), (5, 6, 1000), (5, 8, 1200), (5, 10, 1900), (6, 7, 1150),
      (6, 8, 1000), (7, 9, 900), (8, 9, 1000), (8, 10, 1400), (8, 11, 1000), (9, 12, 950), (9, 13, 850),
      (10, 11, 900), (10, 14, 1300), (10, 18, 2600), (11, 12, 900), (11, 15, 1000), (12, 13, 650),
      (12, 16, 1100), (13, 17, 1200), (14, 15, 600), (14, 19, 1300), (15, 16, 1000), (15, 20, 1000),
      (15, 21, 800), (16, 17, 800), (16, 21, 850), (16, 22, 1000), (17, 23, 900), (18, 19, 1200),
      (19, 20, 700), (20, 21, 300), (21, 22, 600), (22, 23, 900),
    ])
}
