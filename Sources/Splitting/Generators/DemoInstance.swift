import Foundation
import Foundations
import Networks
import Problems
import Splitting

extension SplittingFamilies {
  static let demo = Family<SplittingProblem>(
    "demo",
    "Four camera streams through VGG-19 on NSFNET; without a seed, the instance of `make demo`.",
    usualSeed: nil
  ) { seed, _ throws(GeneratorError) in
    seed.map(Instance.demo(seed:)) ?? .demo()
  }
}

extension Instance {
  /// Four camera streams through VGG-19 on the NSFNET backbone: the instance of `make demo`.
  ///
  /// The topology and the DNN are real; compute rates, memories and the links' bandwidth are this project's choice. A
  /// weak device in San Diego records the images; three regional nodes are faster, and one in Princeton is fast but
  /// far away. Every stream needs 575 MB for its weights, 411 MB of them for the first fully connected layer. No node
  /// has room for two such layers, so the streams use different nodes and split.
  public static func demo() -> Instance {
    demo(
      device: (1, 25e9),
      servers: [(12, 400e9, 700e6), (11, 300e9, 760e6), (5, 600e9, 680e6), (8, 8e12, 760e6)],
      targets: [1, 0, 3, 13])
  }

  /// An instance like the demo's with other places, compute rates and memories; the same seed gives the same one.
  public static func demo(seed: UInt64) -> Instance {
    var random = SplitMix64(seed: seed)
    let places = Array(BackboneTopology.nsfnet.places.indices).shuffled(using: &random)
    let shares = (0..<4).map { _ in 1 + random.nextUnit() }
    let largeLayer = 411_058_176.0
    let otherLayers = DNN.vgg19().layers.reduce(-largeLayer) { $0 + $1.memory }
    // 1.6 times the memory of the layers besides the largest, most of it on the servers.
    let spare = 1.6 * 4 * otherLayers * 0.96 / shares.reduce(0, +)
    let servers = (0..<4).map { server in
      let rate =
        server == 3 ? logUniform(4e12, 16e12, &random) : logUniform(200e9, 800e9, &random)
      return (places[1 + server], rate, (largeLayer + spare * shares[server]).rounded())
    }
    return demo(
      device: (places[0], logUniform(10e9, 40e9, &random)), servers: servers,
      targets: [places[0], places[5], places[6], places[7]])
  }

  /// A number between the two, uniform on a logarithmic scale, to three digits of the lower one.
  private static func logUniform(_ low: Double, _ high: Double, _ random: inout SplitMix64) -> Double {
    (pow(high / low, random.nextUnit()) * 1000).rounded() * (low / 1000)
  }

  /// The instance with these nodes, by their positions among the cities, with their compute rates [FLOP/s] and
  /// memories [byte]; streams lead from the device to the targets.
  private static func demo(
    device: (place: Int, rate: Double), servers: [(place: Int, rate: Double, memory: Double)], targets: [Int]
  ) -> Instance {
    var nodes = BackboneTopology.nsfnet.places.map { Node(id: Name($0)) }
    for (place, rate, memory) in [(device.place, device.rate, 48e6)] + servers {
      nodes[place].compute = rate
      nodes[place].memory = memory
    }
    let jobs = targets.enumerated().map { index, target in
      Job(id: Name("stream \(index + 1)"), dnn: 0, source: device.place, target: target)
    }
    let network = BackboneTopology.nsfnet.network(nodes: nodes, bandwidth: 1e9)
    return Instance(network: network, dnns: [DNN.vgg19()], jobs: jobs)
  }
}
