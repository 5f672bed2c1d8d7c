import Foundation
import TestSupport
import Testing

@testable import Importers

/// Published topologies and profiles, which are kept beside the repository and are no part of it.
struct ImportedDataTests {
  /// `LAYERROUTE_DATA`, else `../shared/data`; `nil` where there is no such folder.
  private static let folder: String? = {
    let path =
      ProcessInfo.processInfo.environment["LAYERROUTE_DATA"]
      ?? PackageFolder.url.deletingLastPathComponent().appending(path: "shared/data").path
    return FileManager.default.fileExists(atPath: path + "/topologies") ? path : nil
  }()

  /// Nodes, links of the file and directed links, counted by networkx and by hand.
  private static let topologies = [
    ("zoo/Abilene.graphml", 11, 14, 28), ("zoo/Cogentco.graphml", 197, 245, 486),
    ("zoo/Geant2012.graphml", 40, 61, 122),
    ("zoo/Internet2.graphml", 20, 26, 52), ("zoo/Nsfnet.graphml", 13, 15, 30),
    ("topohub/sndlib-abilene.json", 12, 15, 30), ("topohub/sndlib-geant.json", 22, 36, 72),
    ("topohub/sndlib-germany50.json", 50, 88, 176), ("topohub/sndlib-janos-us.json", 26, 42, 84),
    ("topohub/sndlib-nobel-us.json", 14, 21, 42), ("topohub/sndlib-polska.json", 12, 18, 36),
    ("topohub/topozoo-Abilene.gml", 11, 14, 28), ("topohub/topozoo-Abilene.json", 11, 14, 28),
    ("topohub/topozoo-Geant2012.json", 37, 58, 116), ("topohub/topozoo-Nsfnet.json", 13, 15, 30),
  ]

  @Test(.enabled(if: folder != nil, "../shared/data is absent"), arguments: topologies)
  func countsAreThoseOfNetworkX(_ file: String, _ nodes: Int, _ links: Int, _ directed: Int) throws {
    var defaults = NetworkDefaults()
    (defaults.bandwidth, defaults.latency) = (1e9, 0.001)
    let completed = try Topology.read(file: (Self.folder ?? "") + "/topologies/" + file)
      .network(completedWith: defaults)
    #expect(completed.network.nodes.count == nodes && completed.fileLinks == links)
    #expect(completed.network.links.count == directed)
    #expect(Set(completed.network.nodes.map(\.id)).count == nodes)
  }

  /// The coordinates of the Zoo and the lengths that topohub computed of them.
  @Test(.enabled(if: folder != nil, "../shared/data is absent"), arguments: ["Abilene", "Nsfnet"])
  func propagationIsThatOfTheLengthsOfTopohub(_ name: String) throws {
    let folder = (Self.folder ?? "") + "/topologies/"
    let files = [folder + "zoo/\(name).graphml", folder + "topohub/topozoo-\(name).json"]
    var defaults = NetworkDefaults()
    defaults.bandwidth = 1e9
    let delays = try files.map { file in
      try Topology.read(file: file).network(completedWith: defaults).network.links.map(\.latency).sorted()
    }
    for (zoo, topohub) in zip(delays[0], delays[1]) {
      #expect(abs(zoo - topohub) <= 0.01 * topohub + 20e-6, "\(zoo), \(topohub)")
    }
  }

  /// Operations, and the sums of their forward times [s] and parameters [byte], by awk.
  private static let profiles = [
    ("alexnet", 22, 0.044801, 244_403_360), ("gnmt", 45, 0.033533, 775_063_808),
    ("inception_v3", 325, 0.289269, 108_645_056), ("resnet50", 176, 0.182488, 102_228_128),
    ("vgg16", 40, 0.233902, 553_430_176.0),
  ]

  @Test(.enabled(if: folder != nil, "../shared/data is absent"), arguments: profiles)
  func timesAndWeightsAddUpInEveryGranularity(
    _ name: String, _ operations: Int, _ seconds: Double, _ weights: Double
  ) throws {
    let profile = try Profile.read(file: (Self.folder ?? "") + "/profiles/pipedream/\(name).txt")
    let peak = try profile.chain(.operator, input: 1e6).activations
    for granularity in Granularity.allCases {
      let chain = try profile.chain(granularity, input: 1e6)
      let layers = chain.layers
      #expect(layers.reduce(0) { $0 + $1.operations } == operations)
      #expect(agree(layers.reduce(0) { $0 + ($1.times[0] ?? 0) }, seconds))
      #expect(chain.weights == weights && chain.memory == 0 && chain.activations == peak, "\(granularity)")
    }
  }
}
