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
  ) { seed, _ throws(ParameterError) in
    seed.map(Instance.demo(seed:)) ?? .demo()
  }
}

extension Instance {
  /// Four camera streams through VGG-19 on the NSFNET backbone: the instance of `make demo`.
  ///
  /// The topology and the DNN are real; compute rates, memories and the links' bandwidth are this project's choice. A
  /// weak device in San Diego records the images; three regional nodes are faster, and one in Princeton is fast but
  /// far away. A node holds the weights once for all streams: 575 MB, 411 MB of them for the first fully connected
  /// layer. No node has room for all of them, so every stream splits. Princeton has room for all convolutions, whose
  /// first ones take 26 MB of activations for each stream that runs them: room for three streams, but not for four.
  public static func demo() -> Instance {
    demo(
      device: (1, 25e9),
      servers: [(12, 400e9, 440e6), (11, 1.2e12, 200e6), (5, 800e9, 500e6), (8, 8e12, 170e6)],
      targets: [1, 0, 3, 13])
  }

  /// An instance like the demo's with other places, compute rates and memories; the same seed gives the same one.
  public static func demo(seed: UInt64) -> Instance {
    var random = SplitMix64(seed: seed)
    let places = Array(BackboneTopology.nsfnet.places.indices).shuffled(using: &random)
    // Two have room for the largest layer, or for all others; one has it for the convolutions of all streams; the fast
    // one seldom for those of more than three.
    let memories = [430e6...500e6, 430e6...500e6, 190e6...250e6, 160e6...185e6].map { range in
      (range.lowerBound + (range.upperBound - range.lowerBound) * random.nextUnit()).rounded()
    }
    let servers = memories.enumerated().map { server, memory in
      let rate =
        server == 3 ? logUniform(4e12, 16e12, &random) : logUniform(400e9, 1600e9, &random)
      return (places[1 + server], rate, memory)
    }
    return demo(
      device: (places[0], logUniform(10e9, 40e9, &random)), servers: servers,
      targets: [places[0], places[5], places[6], places[7]])
  }

  /// A number between the two, uniform on a logarithmic scale, to three digits of the lower one.
  private static func logUniform(_ low: Double, _ high: Double, _ random: inout SplitMix64) -> Double {
    (pow(high / low, random.nextUnit()) * 1000).rounded() * (low / 1000)
  }

  /// The instance with these nodes, by their indices among the cities, with their compute rates [FLOP/s] and
  /// memories [byte]; streams lead from the device to the targets.
  private static func demo(
    device: (place: Int, rate: Double), servers: [(place: Int, rate: Double, memory: Double)], targets: [Int]
  ) -> Instance {
    var nodes = BackboneTopology.nsfnet.nodes
    nodes[device.place].compute = device.rate
    nodes[device.place].memory = 48e6
    nodes[device.place].memoryBandwidth = Node.deviceMemoryBandwidth
    for (place, rate, memory) in servers {
      nodes[place].becomeServer(rate)
      nodes[place].memory = memory
    }
    let jobs = targets.enumerated().map { index, target in
      Job(id: Name("stream \(index + 1)"), dnn: 0, source: device.place, target: target)
    }
    let network = BackboneTopology.nsfnet.network(nodes: nodes, bandwidth: 1e9)
    return Instance(network: network, dnns: [DNN.vgg19()], jobs: jobs)
  }
}
