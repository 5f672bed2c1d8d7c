import Documents
import Networks
import Splitting
import TestSupport
import Testing

@testable import Importers

/// Mutations of topologies and profiles: each is imported or refused, in a time in proportion to its size.
struct NetworkAndProfileFuzzTests {
  @Test func everyMutationOfATopologyIsImportedOrRefused() {
    let samples = [TopologySample.graphML, TopologySample.nodeLink, TopologySample.gml].map { Array($0.utf8) }
    fuzz("topology", samples) { bytes in
      var defaults = NetworkDefaults()
      (defaults.bandwidth, defaults.speedUnit, defaults.latency) = (1e9, 1e6, 0.001)
      let network = try Topology(bytes, file: "t").network(completedWith: defaults).network
      let text =
        "{\"layerroute\": 1, \"network\": \(network.json()), \"dnns\": {}, \"jobs\": []}"
      guard try Instance.parse(Array(text.utf8)).network == network else { throw Different() }
    }
  }

  @Test func everyMutationOfAProfileIsImportedOrRefused() {
    let samples = [ProfileSample.pipeDream, ProfileSample.partitioning, ProfileSample.table].map {
      Array($0.utf8)
    }
    fuzz("profile", samples) { bytes in
      let profile = try Profile(bytes, file: "p")
      let hosts = profile.devices.enumerated().map { (device: $0, node: $1) }
      for granularity in Granularity.allCases {
        let (dnn, nodes) = try profile.chain(granularity, input: 1).dnn(name: "d", hosts: hosts, rate: nil)
        let network = Network(nodes: nodes + [Node(id: "another node")], links: [])
        let instance = Instance(network: network, dnns: [dnn], jobs: [])
        guard try Instance.parse(Array(instance.json().utf8)) == instance else { throw Different() }
      }
    }
  }

  private struct Different: Error {}

  private func fuzz(_ suite: String, _ samples: [[UInt8]], _ check: ([UInt8]) throws -> Void) {
    var fuzzing = Fuzzing(suite)
    fuzzing.run {
      let sample = $0.element(of: samples)
      return $0.mutated(sample)
    } check: { bytes in
      do {
        try check(bytes)
        return true
      } catch is InputError {
        return false
      }
    }
    #expect(fuzzing.accepted > 10 && fuzzing.refused > 100, "\(fuzzing)")
  }
}
