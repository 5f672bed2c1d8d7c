import Coordination
import Foundations
import Networks
import Problems

extension CoordinationFamilies {
  private static let counts = [
    Parameter(
      "services", .integer(1...50), label: "the number of services", usual: "3",
      "DNN services, in turn on the machines"),
    Parameter(
      "blocks", .integer(1...200), label: "the number of blocks", usual: "5", "Blocks of each service"),
    Parameter(
      "connections", .integer(0...20_000), label: "the number of connections", usual: "8",
      "Connections, each from a block or input to one of the next two blocks of any service"),
  ]

  private static let measured = Parameter(
    "measured", .integer(0...10_000), label: "the number of measured paths", usual: "0",
    "Paths with a measured accuracy, near the predicted one")

  private static let accuracy = Parameter(
    "accuracy", .number(0...1), label: "the wanted accuracy", usual: "0",
    "Part of the accuracy of its own blocks that each task wants at least; 0 for no wish")

  /// Services of equal length with random connections between blocks of about the same depth.
  static let stitched = Family<CoordinationProblem>(
    "stitched", "Services with random figures and random connections between blocks of about the same depth.",
    parameters: counts + [machines, load, measured, accuracy, paths]
  ) { seed, values throws(ParameterError) in
    var random = SplitMix64(seed: seed ?? 0)
    let (services, blocks) = (values.integer("services") ?? 3, values.integer("blocks") ?? 5)
    let machines = values.integer("machines") ?? 2
    var instance = CoordinationInstance(
      network: network(machines: machines),
      services: (0..<services).map { service($0, host: $0 % machines, blocks: blocks, &random) },
      tasks: [], paths: pathOption(values))
    instance.connections = try connections(
      values.integer("connections") ?? 8, services: services, blocks: blocks, &random)
    instance.addTasks(load: values.number("load") ?? 1.5)
    instance.limitPenalties(to: 0.3...0.99)
    if let part = values.number("accuracy"), part > 0 {
      for task in instance.tasks.indices {
        let base = instance.services[instance.tasks[task].service].accuracy
        instance.tasks[task].accuracy = (part * base * 1e4).rounded() / 1e4
      }
    }
    instance.addMeasured(values.integer("measured") ?? 0, &random)
    return instance
  }

  private static func service(
    _ index: Int, host: Int, blocks: Int, _ random: inout SplitMix64
  ) -> DNNService {
    let speed = random.nextLogUniform(0.5, 2)
    return DNNService(
      name: Name("s\(index + 1)"), host: host, input: 150_000,
      accuracy: (random.nextLogUniform(0.75, 0.95) * 1000).rounded() / 1000,
      blocks: (0..<blocks).map { block in
        // Tensors shrink along a DNN.
        let share = 1 - Double(block) / Double(blocks)
        let time = speed * random.nextLogUniform(0.004, 0.016) / Double(blocks)
        return Block(
          name: Name("b\(block + 1)"), time: (time * 1e9).rounded() / 1e9,
          output: (random.nextLogUniform(50_000, 200_000) * share + 4000).rounded())
      })
  }

  private static func connections(
    _ count: Int, services: Int, blocks: Int, _ random: inout SplitMix64
  ) throws(ParameterError) -> [Connection] {
    var ends: [(from: BlockVertex, to: BlockVertex)] = []
    for (from, to) in (0..<services).flatMap({ from in (0..<services).map { (from, $0) } }) {
      for position in 0...blocks {
        // The positions rise, so that there is no cycle; the next block of the same DNN follows without a connection.
        for next in position + (from == to ? 2 : 1)...position + 2 where next <= blocks + 1 {
          ends.append(
            (BlockVertex(service: from, position: position), BlockVertex(service: to, position: next)))
        }
      }
    }
    guard count <= ends.count else {
      throw ParameterError(
        description: "the number of connections is \(count), but so many services and blocks have only "
          + "\(ends.count)")
    }
    return random.nextIndices(count, below: ends.count).map { index in
      let penalty = random.nextLogUniform(0.002, 0.04)
      // Some stitched networks are better than their parts.
      let isBetter = random.nextUnit() < 0.05
      let time = random.nextUnit() < 0.5 ? 0 : random.nextLogUniform(0.0001, 0.0006)
      return Connection(
        from: ends[index].from, to: ends[index].to, time: (time * 1e7).rounded() / 1e7,
        penalty: (penalty * (isBetter ? -0.2 : 1) * 1e5).rounded() / 1e5)
    }
  }
}

extension CoordinationInstance {
  /// States random paths as measured, as long as there are others.
  fileprivate mutating func addMeasured(_ count: Int, _ random: inout SplitMix64) {
    let graph = BlockGraph(self)
    for _ in 0..<count {
      let task = random.nextIndex(below: tasks.count)
      let paths = TaskPaths(self, graph, task: task)
      guard !paths.graph.isEmpty else { continue }
      let arcs = paths.graph.leastPath(graph.penalties.map { _ in random.nextUnit() })
      let accuracy = paths.predictedAccuracy(of: arcs, in: graph) + 0.04 * (random.nextUnit() - 0.5)
      measured.append(
        MeasuredPath(
          task: task, blocks: graph.blocks(on: arcs),
          accuracy: (min(1, max(0, accuracy)) * 1e4).rounded() / 1e4))
    }
  }
}
