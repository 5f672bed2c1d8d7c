extension BackboneTopology {
  /// The 22-node, 36-link GÉANT backbone of the European research networks (about 2004) with New York, as instance
  /// `geant` of SNDlib (Orlowski, Pioro, Tomaszewski and Wessäly, Networks 55(3), 2010) lists it; lengths are
  /// great-circle distances as topohub (Jurkiewicz, 2023) gives them.
  package static let geant = BackboneTopology(
    places: [
      "at1.at", "be1.be", "ch1.ch", "cz1.cz", "de1.de", "es1.es", "fr1.fr", "gr1.gr", "hr1.hr", "hu1.hu",
      "ie1.ie", "il1.il", "it1.it", "lu1.lu", "nl1.nl", "ny1.ny", "pl1.pl", "pt1.pt", "se1.se", "si1.si",
      "sk1.sk", "uk1.uk",
    ],
    links: [
      (0, 2, 804.05), (0, 4, 597.61), (0, 9, 217.92), (0, 15, 6797.25), (0, 19, 277.55), (1, 6, 263.79),
      (1, 13, 186.78), (1, 14, 169.21), (2, 6, 409.81), (2, 12, 250.26), (3, 4, 410.77), (3, 16, 308.92),
      (3, 20, 290.03), (4, 6, 478.29), (4, 7, 1793.29), (4, 10, 1087.81), (4, 12, 518.36), (4, 14, 358.41),
      (4, 18, 1183.58), (5, 6, 1053.14), (5, 12, 1188.53), (5, 17, 503.06), (6, 13, 286.94),
      (6, 21, 343.67), (7, 12, 1452.75), (8, 9, 303.98), (8, 19, 115.54), (9, 20, 163.77),
      (10, 21, 462.91), (11, 12, 2656.42), (11, 14, 3293.78), (14, 21, 359.17), (15, 21, 5570.76),
      (16, 18, 777.16), (17, 21, 1587.03), (18, 21, 1425.22),
    ])
}
