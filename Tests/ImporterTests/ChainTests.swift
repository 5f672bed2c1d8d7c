import Foundations
import LinearModels
import Testing

@testable import Importers

/// Chains of graphs made by hand and at random, against the definitions by brute force.
@Suite struct ChainTests {
  @Test func aResidualConnectionCrossesUntilItIsAdded() {
    var graph = GraphBuilder()
    let input = graph.input(bytes: 8)
    let stem = graph.add("stem", [input], bytes: 100)
    let wide = graph.add("wide", [stem], bytes: 300)
    let narrow = graph.add("narrow", [wide], bytes: 100)
    let sum = graph.add("sum", [narrow, stem], bytes: 100)
    graph.finish([sum])
    let fine = graph.graph.chain(.operator)
    #expect(fine.input == 8)
    #expect(fine.layers.map(\.name) == ["stem", "wide", "narrow", "sum"])
    #expect(fine.layers.map(\.output) == [100, 400, 200, 100])
    #expect(fine.layers.map(\.activations) == [108, 400, 500, 300])
    let coarse = graph.graph.chain(.block)
    #expect(coarse.layers.map(\.operations.count) == [1, 3])
    #expect(coarse.layers.map(\.output) == [100, 100])
    #expect(coarse.layers.map(\.activations) == [108, 500])
  }

  @Test func whatDependsOnSecondaryInputsAloneCrossesBesideTheOneTensor() {
    var graph = GraphBuilder()
    // The mask comes first in the file, as some exporters sort names.
    let mask = graph.input(bytes: 4)
    let words = graph.input(bytes: 10)
    let scale = graph.add("scale", [mask], bytes: 7)
    let embedding = graph.add("embedding", [words], bytes: 50)
    let first = graph.add("first", [embedding, scale], bytes: 50)
    let second = graph.add("second", [first, scale], bytes: 50)
    graph.finish([second])
    let chain = graph.graph.chain(.block)
    #expect(chain.input == 14)
    #expect(chain.layers.map(\.operations.count) == [1, 2, 1])
    #expect(chain.layers.map(\.output) == [54, 57, 50])
  }

  @Test func earlyResultsStayAliveToTheEnd() {
    var graph = GraphBuilder()
    let input = graph.input(bytes: 1)
    let first = graph.add("first", [input], bytes: 10)
    let early = graph.add("early", [first], bytes: 20)
    let second = graph.add("second", [first], bytes: 30)
    let third = graph.add("third", [second], bytes: 40)
    graph.finish([early, third])
    #expect(graph.graph.chain(.operator).layers.last?.output == 60)
    for layer in graph.graph.chain(.operator).layers.drop(while: { $0.name != "early" }) {
      #expect(layer.output >= 20)
    }
    // Two tensors cross everywhere behind the first layer.
    #expect(graph.graph.chain(.block).layers.map(\.operations.count) == [1, 3])
  }

  @Test func fusedLayersTakeWhatFollowsThem() {
    var graph = GraphBuilder()
    let input = graph.input(bytes: 1)
    let flat = graph.add("flat", [input], bytes: 1, role: .follower)
    let conv = graph.add("conv", [flat], bytes: 1)
    let norm = graph.add("norm", [conv], bytes: 1, role: .follower)
    let mean = graph.add("mean", [norm], bytes: 1, role: .reduction)
    let difference = graph.add("difference", [norm, mean], bytes: 1, role: .follower)
    let pool = graph.add("pool", [difference], bytes: 1, role: .reduction)
    let act = graph.add("act", [pool], bytes: 1, role: .follower)
    graph.finish([act])
    let names = graph.graph.chain(.fused).layers.map { layer in
      layer.operations.map { graph.graph.operations[$0].name }
    }
    #expect(names == [["flat"], ["conv", "norm", "mean", "difference"], ["pool", "act"]])
  }

  @Test func whatNoResultNeedsIsLeftOut() {
    var graph = GraphBuilder()
    let input = graph.input(bytes: 1)
    let unused = graph.input(bytes: 100)
    let used = graph.add("used", [input], bytes: 2)
    _ = graph.add("unused", [used, unused], bytes: 3)
    graph.finish([used])
    let chain = graph.graph.chain(.block)
    #expect(chain.layers.map(\.name) == ["used"] && chain.input == 1 && chain.layers[0].output == 2)
  }

  @Test func namesAreUniqueAndNeverTheStar() {
    var graph = GraphBuilder()
    var tensor = graph.input(bytes: 1)
    for name in ["*", "layer", "", "a", "a (2)", "a", "e\u{301}", "\u{E9}"] {
      tensor = graph.add(name, [tensor], bytes: 1)
    }
    graph.finish([tensor])
    let names = graph.graph.chain(.operator).layers.map(\.name)
    #expect(names.prefix(6) == ["layer", "layer (2)", "layer (3)", "a", "a (2)", "a (3)"])
    #expect(Set(names.map { Name($0) }).count == 8)
  }

  @Test func sharedWeightsCountInTheFirstLayerAndAreMovedInEveryLayer() {
    var graph = GraphBuilder()
    let words = graph.input(bytes: 1)
    let first = graph.add("embedding", [words], bytes: 1, weights: [0, 1])
    let second = graph.add("norm", [first], bytes: 1, weights: [1], role: .follower)
    graph.finish([graph.add("head", [second], bytes: 1, weights: [0])])
    graph.setWeights([(40, 10), (8, 2)])
    let chain = graph.graph.chain(.fused)
    #expect(chain.layers.map(\.parameters) == [12, 0])
    #expect(chain.weights == 48 && chain.activations == 2 && chain.footprint == 50)
    let dnn = chain.dnn(name: "d")
    #expect(dnn.layers.map(\.weights) == [48, 0])
    #expect(dnn.layers.map(\.activations) == [2, 2])
    #expect(dnn.layers.map(\.traffic) == [50, 42])
    #expect(dnn.layers.map(\.memory) == [0, 0])
  }

  /// Against the definitions, in the order in which the operations run.
  @Test(arguments: 1...300)
  func whatOneMachineNeedsDoesNotDependOnTheCuts(_ seed: Int) {
    let graph = GraphBuilder.random(seed: UInt64(seed), weights: 5).pruned()
    let used = Set(graph.operations.flatMap(\.weights)).reduce(0) { $0 + graph.weights[$1].bytes }
    let order = graph.chain(.operator).layers.flatMap(\.operations)
    for granularity in Granularity.allCases {
      let chain = graph.chain(granularity)
      let title = "seed \(seed), \(granularity)"
      #expect(chain.layers.flatMap(\.operations) == order, "\(title)")
      var done: Set<Int> = []
      var peak = 0.0
      for layer in chain.layers {
        let input = bytes(crossing(graph, done), graph)
        var activations = 0.0
        for operation in layer.operations {
          let before = crossing(graph, done)
          done.insert(operation)
          let after = crossing(graph, done)
          activations = max(activations, bytes(before.union(after), graph))
        }
        #expect(layer.activations == activations, "\(title)")
        let moved = Set(layer.operations.flatMap { graph.operations[$0].weights })
        let traffic = input + layer.output + moved.reduce(0) { $0 + graph.weights[$1].bytes }
        #expect(layer.traffic == traffic, "\(title)")
        peak = max(peak, activations)
      }
      #expect(chain.weights == used && chain.activations == peak, "\(title)")
      #expect(chain.activations == graph.chain(.operator).activations, "\(title)")
    }
  }

  @Test func aGraphWithoutOperationsIsAPlainTransfer() {
    var graph = GraphBuilder()
    let input = graph.input(bytes: 5)
    graph.finish([input])
    let chain = graph.graph.chain(.block)
    #expect(chain.input == 5 && chain.layers.isEmpty)
  }

  @Test(arguments: 1...300)
  func chainsOfRandomGraphsAreWhatTheDefinitionsSay(_ seed: Int) {
    let graph = GraphBuilder.random(seed: UInt64(seed)).pruned()
    let fine = graph.chain(.operator)
    let order = fine.layers.flatMap(\.operations)
    #expect(order.sorted() == Array(graph.operations.indices))
    for (place, layer) in fine.layers.enumerated() {
      let done = Set(order[...place])
      let produced = Set(graph.inputs + done.flatMap { graph.operations[$0].outputs })
      #expect(Set(graph.operations[order[place]].inputs).isSubset(of: produced), "seed \(seed)")
      #expect(layer.output == bytes(crossing(graph, done), graph), "seed \(seed)")
      let names = crossing(graph, done).map { graph.tensors[$0].name }
      #expect(layer.tensors.sorted() == names.sorted(), "seed \(seed)")
    }
    let blocks = graph.chain(.block).layers.map(\.operations)
    let isPrimary = graph.primaryTensors()
    var done: Set<Int> = []
    var narrow: Set<Set<Int>> = []
    for block in blocks.dropLast() {
      done.formUnion(block)
      #expect(crossing(graph, done).count { isPrimary[$0] } <= 1, "seed \(seed)")
      narrow.insert(done.filter { graph.operations[$0].outputs.contains { isPrimary[$0] } })
    }
    // Behind the last primary operation there may be work on secondary inputs for another result.
    let whole = Set(
      graph.operations.indices.filter { graph.operations[$0].outputs.contains { isPrimary[$0] } })
    #expect(narrow.subtracting([whole]) == allNarrowSets(graph, isPrimary), "seed \(seed)")
    // No worse than the order given.
    let given = LiveBytes(graph).total(behind: Array(graph.operations.indices), of: graph)
    if !isPrimary.contains(true) || graph.inputs.count == 1 {
      #expect(fine.layers.reduce(0) { $0 + $1.output } <= given, "seed \(seed)")
    }
  }

  @Test(arguments: 1...200)
  func theOrderOfOperationsOnOneInputLeavesTheLeastBytesAlive(_ seed: Int) {
    let graph = GraphBuilder.random(seed: UInt64(seed), operations: 7).pruned()
    guard graph.inputs.count == 1 else { return }
    let total = graph.chain(.operator).layers.reduce(0) { $0 + $1.output }
    #expect(total == leastTotal(graph, []), "seed \(seed)")
  }

  /// The least sum of bytes behind the operations that are left, by trying every order.
  private func leastTotal(_ graph: OperationGraph, _ done: Set<Int>) -> Double {
    let produced = Set(graph.inputs + done.flatMap { graph.operations[$0].outputs })
    let ready = graph.operations.indices.filter {
      !done.contains($0) && produced.isSuperset(of: graph.operations[$0].inputs)
    }
    let totals = ready.map { operation in
      let after = done.union([operation])
      return bytes(crossing(graph, after), graph) + leastTotal(graph, after)
    }
    return totals.min() ?? 0
  }

  /// Branches side by side, one after another and too many for all orders to be tried.
  @Test(arguments: [(3, 4), (8, 12), (40, 3), (500, 4)])
  func branchesAreDoneOneAfterAnother(_ branches: Int, _ length: Int) {
    var graph = GraphBuilder()
    let input = graph.input(bytes: 5)
    // Breadth first, as it should not stay: each branch is wide inside and narrow at its end.
    var ends = [Int](repeating: input, count: branches)
    for depth in 1...length {
      for branch in 0..<branches {
        ends[branch] = graph.add("\(depth) \(branch)", [ends[branch]], bytes: depth == length ? 1 : 10)
      }
    }
    graph.finish([graph.add("join", ends, bytes: 1)])
    let layers = graph.graph.chain(.operator).layers
    // The input until the last branch begins, what is done of the others, and one branch in the making.
    #expect(layers.allSatisfy { $0.output <= 5 + Double(branches) + 10 })
  }

  /// The tensors that cross where some operations are done and the others are not.
  private func crossing(_ graph: OperationGraph, _ done: Set<Int>) -> Set<Int> {
    let produced = Set(graph.inputs + done.flatMap { graph.operations[$0].outputs })
    let wanted = graph.operations.indices.filter { !done.contains($0) }.flatMap {
      graph.operations[$0].inputs
    }
    return produced.intersection(wanted + graph.results)
  }

  private func bytes(_ tensors: Set<Int>, _ graph: OperationGraph) -> Double {
    tensors.reduce(0) { $0 + graph.tensors[$1].bytes }
  }

  /// Every set of primary operations behind which a chain may be cut, by enumeration: nonempty, not all, with all that
  /// its operations need.
  private func allNarrowSets(_ graph: OperationGraph, _ isPrimary: [Bool]) -> Set<Set<Int>> {
    let primary = graph.operations.indices.filter { graph.operations[$0].outputs.contains { isPrimary[$0] } }
    let secondary = Set(graph.operations.indices).subtracting(primary)
    var sets: Set<Set<Int>> = []
    for mask in 1..<max(1, (1 << primary.count) - 1) {
      let chosen = Set(primary.enumerated().filter { mask >> $0.offset & 1 == 1 }.map(\.element))
      let done = chosen.union(secondary)
      let produced = Set(graph.inputs + done.flatMap { graph.operations[$0].outputs })
      guard chosen.allSatisfy({ produced.isSuperset(of: graph.operations[$0].inputs) }) else { continue }
      if crossing(graph, done).count(where: { isPrimary[$0] }) <= 1 { sets.insert(chosen) }
    }
    return sets
  }
}

/// Builds graphs for the tests.
struct GraphBuilder {
  private(set) var graph = OperationGraph()

  mutating func input(bytes: Double) -> Int {
    let tensor = tensor(bytes)
    graph.inputs.append(tensor)
    return tensor
  }

  mutating func add(
    _ name: String, _ inputs: [Int], bytes: Double, weights: [Int] = [], role: OperationGraph.Role = .own
  ) -> Int {
    let output = tensor(bytes)
    graph.operations.append(
      OperationGraph.Operation(
        name: name, type: "test", inputs: inputs, outputs: [output], weights: weights, role: role))
    return output
  }

  mutating func setWeights(_ weights: [(bytes: Double, parameters: Double)]) {
    graph.weights = weights.map { OperationGraph.Weight(bytes: $0.bytes, parameters: $0.parameters) }
  }

  mutating func finish(_ results: [Int]) { graph.results = results }

  private mutating func tensor(_ bytes: Double) -> Int {
    graph.tensors.append(OperationGraph.Tensor(name: "t\(graph.tensors.count)", bytes: bytes))
    return graph.tensors.count - 1
  }

  /// Operations that read one to three of the latest tensors. Some operations share some of the weights.
  static func random(seed: UInt64, operations: Int = 10, weights: Int = 0) -> OperationGraph {
    var random = SplitMix64(seed: seed)
    var builder = GraphBuilder()
    var tensors = (0..<Int.random(in: 1...2, using: &random)).map { _ in
      builder.input(bytes: Double(Int.random(in: 1...9, using: &random)))
    }
    for index in 0..<Int.random(in: 1...operations, using: &random) {
      let recent = tensors.suffix(Int.random(in: 1...4, using: &random))
      let inputs = Set(
        (0..<Int.random(in: 1...3, using: &random)).compactMap { _ in recent.randomElement(using: &random) })
      let size = Double(Int.random(in: 1...9, using: &random))
      let shared = (0..<weights).filter { _ in Int.random(in: 0...2, using: &random) == 0 }
      tensors.append(builder.add("o\(index)", inputs.sorted(), bytes: size, weights: shared))
    }
    builder.setWeights(
      (0..<weights).map { _ in (bytes: Double(Int.random(in: 1...9, using: &random)), parameters: 1) })
    var results = [tensors[tensors.count - 1]]
    if Int.random(in: 0...4, using: &random) == 0, let other = tensors.randomElement(using: &random) {
      if other != results[0] { results.append(other) }
    }
    builder.finish(results)
    return builder.graph
  }
}
