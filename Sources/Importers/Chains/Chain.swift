import Foundations
import Networks

/// How finely a graph is cut into the layers of a chain.
public enum Granularity: String, Sendable, CaseIterable {
  /// Every operation is a layer.
  case `operator`
  /// Cut only where at most one tensor crosses besides those derived from secondary inputs alone.
  case block
  /// Blocks, with activations, normalisations and changes of shape in the layer that feeds them.
  case fused
}

/// A graph of operations as a chain of layers.
public struct Chain: Sendable, Equatable {
  /// All inputs that something uses [byte].
  public var input: Double
  public var layers: [ChainLayer]
}

/// Consecutive operations of a graph.
public struct ChainLayer: Sendable, Equatable {
  /// Unique in the chain: that of the operation with the most work.
  public var name: String
  /// Indices of the operations, in the order in which they run.
  public var operations: [Int]
  /// Multiply-accumulates of convolutions and matrix products, 2 FLOP each [FLOP].
  public var multiplyAddFLOP: Double
  /// All other arithmetic [FLOP].
  public var otherFLOP: Double
  /// Parameters that no earlier layer uses.
  public var parameters: Double
  /// All tensors alive when the layer begins [byte].
  public var input: Double
  /// All tensors alive behind the layer: what crosses a cut there [byte].
  public var output: Double
  /// The weights that the layer uses, each once [byte].
  public var weights: Double
  /// The most that is alive while one of its operations runs, what that reads and produces included [byte].
  public var activations: Double
}

extension Chain {
  /// The chain as a DNN: the work of a layer is all its FLOP, its memory weights and activations.
  public func dnn(name: Name) -> DNN {
    DNN(
      name: name, input: input,
      layers: layers.map {
        Layer(
          name: Name($0.name), work: $0.multiplyAddFLOP + $0.otherFLOP, output: $0.output,
          memory: $0.weights + $0.activations)
      })
  }
}

extension OperationGraph {
  /// The graph as a chain of layers.
  ///
  /// The cuts of `fused` are some of those of `block`, and these some of those of `operator`; the sums over all layers
  /// of FLOP and parameters are the same. Operations that no result needs are left out.
  ///
  /// - Complexity: linear in the size of the graph times the number of its inputs (at most 64 of them), but for the search
  ///   of good orders between two narrow places, which is bounded.
  public func chain(_ granularity: Granularity) -> Chain {
    let graph = pruned()
    let isPrimary = graph.primaryTensors()
    let order = graph.smallOrder(isPrimary)
    let groups: [ArraySlice<Int>]
    switch granularity {
    case .operator: groups = order.indices.map { order[$0...$0] }
    case .block: groups = graph.blocks(order, isPrimary)
    case .fused: groups = graph.fused(graph.blocks(order, isPrimary), order)
    }
    var builder = ChainBuilder(graph)
    for group in groups { builder.append(group) }
    return builder.chain
  }

  /// The order in pieces that end at narrow places.
  private func blocks(_ order: [Int], _ isPrimary: [Bool]) -> [ArraySlice<Int>] {
    let isNarrow = narrowPlaces(order, isPrimary)
    var blocks: [ArraySlice<Int>] = []
    var start = 0
    for end in order.indices where isNarrow[end] || end == order.count - 1 {
      blocks.append(order[start...end])
      start = end + 1
    }
    return blocks
  }

  /// Blocks, each that only follows together with the one before it.
  private func fused(_ blocks: [ArraySlice<Int>], _ order: [Int]) -> [ArraySlice<Int>] {
    var fused: [ArraySlice<Int>] = []
    for block in blocks {
      if let last = fused.last, isFollower(block) {
        fused[fused.count - 1] = order[last.startIndex..<block.endIndex]
      } else {
        fused.append(block)
      }
    }
    return fused
  }

  /// A mean alone pools what it is given; the means of a normalisation do not have the last word.
  private func isFollower(_ block: ArraySlice<Int>) -> Bool {
    block.allSatisfy { operations[$0].role != .own } && block.last.map { operations[$0].role } == .follower
  }
}

/// Turns groups of operations, in the order in which they run, into layers.
private struct ChainBuilder {
  private let graph: OperationGraph
  private var alive: LiveBytes
  private var hasCounted: [Bool]
  private var names: UniqueNames = UniqueNames()
  private(set) var chain: Chain

  init(_ graph: OperationGraph) {
    self.graph = graph
    alive = LiveBytes(graph)
    hasCounted = [Bool](repeating: false, count: graph.weights.count)
    chain = Chain(input: alive.bytes, layers: [])
  }

  mutating func append(_ group: ArraySlice<Int>) {
    let work = group.map { graph.operations[$0].multiplyAddFLOP + graph.operations[$0].otherFLOP }
    guard let most = work.max(), let leader = zip(group, work).first(where: { $0.1 == most })?.0 else {
      return
    }
    var layer = ChainLayer(
      name: names.unique(graph.operations[leader].name), operations: Array(group), multiplyAddFLOP: 0,
      otherFLOP: 0,
      parameters: 0, input: alive.bytes, output: 0, weights: 0, activations: 0)
    for index in group {
      layer.multiplyAddFLOP += graph.operations[index].multiplyAddFLOP
      layer.otherFLOP += graph.operations[index].otherFLOP
      layer.activations = max(layer.activations, alive.bytes + alive.produced(by: index, of: graph))
      alive.run(index, of: graph)
    }
    for weight in Set(group.flatMap { graph.operations[$0].weights }) {
      layer.weights += graph.weights[weight].bytes
      if !hasCounted[weight] { layer.parameters += graph.weights[weight].parameters }
      hasCounted[weight] = true
    }
    layer.output = alive.bytes
    chain.layers.append(layer)
  }
}
