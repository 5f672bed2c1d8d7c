import Coordination
import Foundations
import Networks
import Problems

extension CoordinationFamilies {
  /// Services that run AlexNet and MobileNetV2 in turn, with the figures of their architectures.
  static let edge = Family<CoordinationProblem>(
    "edge",
    "Services of AlexNet and MobileNetV2 in turn, cut and connected where their tensors have one size.",
    parameters: [
      Parameter(
        "services", .integer(1...20), label: "the number of services", usual: "4",
        "DNN services, in turn on the machines"),
      machines, load, paths,
      Parameter(
        "penalty", .number(0...0.1), label: "the penalty", usual: "0.01",
        "Mean penalty of a connection between different DNNs; half of it between DNNs of one kind"),
    ]
  ) { seed, values throws(ParameterError) in
    var random = SplitMix64(seed: seed ?? 0)
    let machines = values.integer("machines") ?? 2
    // Neighbours are of different kinds, and a machine holds both kinds if it holds two services.
    let kinds = (0..<(values.integer("services") ?? 4)).map {
      StitchedNetwork.all[(machines.isMultiple(of: 2) ? $0 + $0 / machines : $0) % 2]
    }
    var instance = CoordinationInstance(
      network: network(machines: machines),
      services: kinds.enumerated().map { $1.service(number: $0 + 1, host: $0 % machines) }, tasks: [],
      paths: pathOption(values))
    instance.connections = connections(kinds, penalty: values.number("penalty") ?? 0.01, &random)
    instance.addTasks(load: values.number("load") ?? 1.5)
    instance.limitPenalties(to: 0.3...0.99)
    return instance
  }

  /// Connections from each block to the blocks of other services that read a tensor of about the same side, and from the
  /// last block to the outputs of other services.
  private static func connections(
    _ kinds: [StitchedNetwork], penalty: Double, _ random: inout SplitMix64
  ) -> [Connection] {
    var connections: [Connection] = []
    for (from, to) in kinds.indices.flatMap({ from in kinds.indices.map { (from, $0) } }) where from != to {
      let (first, second) = (kinds[from], kinds[to])
      let mean = first.name == second.name ? penalty / 2 : penalty
      func connect(_ position: Int, to next: Int, adapter work: Double) {
        connections.append(
          Connection(
            from: BlockVertex(service: from, position: position),
            to: BlockVertex(service: to, position: next), time: StitchedNetwork.seconds(work),
            penalty: drawn(mean, &random)))
      }
      for (position, block) in first.blocks.enumerated() {
        for (next, other) in second.blocks.enumerated().dropFirst() {
          let input = second.blocks[next - 1]
          // Depths rise along every arc, so that there is no cycle.
          guard other.depth > block.depth, abs(input.side - block.side) <= 1,
            first.name != second.name || next == position + 1
          else { continue }
          let isSame = (input.side, input.channels) == (block.side, block.channels)
          let adapter = isSame ? 0 : 2.0 * Double(block.channels * input.channels * input.side * input.side)
          connect(position + 1, to: next + 1, adapter: adapter)
        }
      }
      // A matrix product from the classes of one service to those of another.
      connect(first.blocks.count, to: second.blocks.count + 1, adapter: 2e6)
    }
    return connections
  }

  /// Between half and one and a half of the mean.
  private static func drawn(_ mean: Double, _ random: inout SplitMix64) -> Double {
    (mean * (0.5 + random.nextUnit()) * 1e5).rounded() / 1e5
  }
}

/// A network cut into blocks, at tensors that an adapter can hand to another network.
struct StitchedNetwork: Sendable {
  let name: String
  let dnn: DNN
  /// This project's assumption, for a task on which the network was trained.
  let accuracy: Double
  let blocks: [Cut]

  /// A block that ends with a layer, whose tensor has `channels` of `side` x `side`.
  struct Cut: Sendable {
    let name: Name
    let last: Name
    let channels: Int
    let side: Int
    /// A place in an order of the blocks of all networks.
    let depth: Double
  }

  static let all = [
    StitchedNetwork(
      name: "alexnet", dnn: .alexNet(), accuracy: 0.86,
      blocks: [
        Cut(name: "conv1", last: "pool1", channels: 96, side: 27, depth: 3),
        Cut(name: "conv2", last: "pool2", channels: 256, side: 13, depth: 4.1),
        Cut(name: "conv3", last: "conv3", channels: 384, side: 13, depth: 4.2),
        Cut(name: "conv4", last: "conv4", channels: 384, side: 13, depth: 4.4),
        Cut(name: "conv5", last: "pool5", channels: 256, side: 6, depth: 5),
        Cut(name: "fc", last: "fc8", channels: 1000, side: 1, depth: 6),
      ]),
    StitchedNetwork(
      name: "mobilenet", dnn: .mobileNetV2(), accuracy: 0.9,
      blocks: [
        Cut(name: "stage1", last: "block1_1", channels: 16, side: 112, depth: 1),
        Cut(name: "stage2", last: "block2_2", channels: 24, side: 56, depth: 2),
        Cut(name: "stage3", last: "block3_3", channels: 32, side: 28, depth: 3.5),
        Cut(name: "stage4", last: "block4_4", channels: 64, side: 14, depth: 4),
        Cut(name: "stage5", last: "block5_3", channels: 96, side: 14, depth: 4.3),
        Cut(name: "stage6", last: "block6_3", channels: 160, side: 7, depth: 5.5),
        Cut(name: "head", last: "fc", channels: 1000, side: 1, depth: 6.5),
      ]),
  ]

  /// The rate of the machines: this project's assumption [FLOP/s].
  private static let rate = 200e9

  /// The time of some work, to nanoseconds [s].
  static func seconds(_ work: Double) -> Double { (work / rate * 1e9).rounded() / 1e9 }

  func service(number: Int, host: Int) -> DNNService {
    var layers = dnn.layers[...]
    return DNNService(
      name: Name("\(name) \(number)"), host: host, input: dnn.input, accuracy: accuracy,
      blocks: blocks.map { cut in
        let count = (layers.firstIndex { $0.name == cut.last } ?? layers.endIndex - 1) + 1 - layers.startIndex
        let own = layers.prefix(count)
        layers = layers.dropFirst(count)
        return Block(
          name: cut.name, time: Self.seconds(own.reduce(0) { $0 + ($1.work ?? 0) }),
          output: own.last?.output ?? 0)
      })
  }
}
