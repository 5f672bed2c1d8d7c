import Foundation

extension Instance {
  /// VGG-19 for a camera on the NSFNET backbone: the instance of `make demo`.
  ///
  /// The topology and the DNN are real; speeds, memories and the links' rate are this project's own choice. A weak
  /// device in San Diego sees the images and wants the answer, three regional nodes are a good deal faster, and
  /// one in Princeton is fast but far. No node has memory for all 575 MB of weights, so that the DNN must be
  /// split, and the first fully connected layer (411 MB) fits only in Princeton.
  public static func demo() -> Instance {
    DemoParameters(
      device: 1, deviceRate: 25e9, deviceMemory: 64e6,
      regional: [(12, 400e9, 60e6), (11, 300e9, 75e6), (5, 600e9, 50e6)],
      remote: 8, remoteRate: 8e12, remoteMemory: 460e6, bandwidth: 1e9
    ).instance()
  }

  /// An instance like the demo's with other places, speeds and memories.
  ///
  /// - Parameter seed: the same seed gives the same instance.
  public static func demo(seed: UInt64) -> Instance {
    var random = SplitMix64(seed: seed)
    let places = Array(NSFNET.cities.indices).shuffled(using: &random)
    let regional = places[1...3].map { place in
      (place, logUniform(200e9, 800e9, &random), logUniform(40e6, 90e6, &random))
    }
    return DemoParameters(
      device: places[0], deviceRate: logUniform(10e9, 40e9, &random),
      deviceMemory: logUniform(40e6, 90e6, &random), regional: regional, remote: places[4],
      remoteRate: logUniform(4e12, 16e12, &random), remoteMemory: logUniform(415e6, 500e6, &random),
      bandwidth: logUniform(0.3e9, 3e9, &random)
    ).instance()
  }

  /// A number between the two, evenly spread on a logarithmic scale, to three figures of the lower one.
  private static func logUniform(_ low: Double, _ high: Double, _ random: inout SplitMix64) -> Double {
    (pow(high / low, random.nextUnit()) * 1000).rounded() / 1000 * low
  }
}

private struct DemoParameters {
  /// Position of the source device among the cities, its speed [FLOP/s] and memory [byte].
  let device: Int
  let deviceRate: Double
  let deviceMemory: Double
  let regional: [(place: Int, rate: Double, memory: Double)]
  /// The fast node far away.
  let remote: Int
  let remoteRate: Double
  let remoteMemory: Double
  /// Of every link [bit/s].
  let bandwidth: Double

  func instance() -> Instance {
    var nodes = NSFNET.cities.map { Node(id: Name($0)) }
    let computing = [(device, deviceRate, deviceMemory), (remote, remoteRate, remoteMemory)] + regional
    for (place, rate, memory) in computing {
      nodes[place].compute = rate
      nodes[place].memory = memory
    }
    let job = Job(id: "camera", dnn: 0, source: device, target: device)
    return Instance(
      network: NSFNET.network(nodes: nodes, bandwidth: bandwidth), dnns: [DNN.vgg19()], jobs: [job])
  }
}
