import Foundations
import Networks

/// How finely a graph is cut into the layers of a chain.
public enum Granularity: String, Sendable, CaseIterable {
  /// Every operation is a layer.
  case `operator`
  /// The graph is cut only where at most one tensor crosses, not counting the tensors that depend on secondary
  /// inputs alone.
  case block
  /// Like `block`, but activations, normalisations and changes of shape belong to the layer that feeds them.
  case fused
}

/// A graph of operations as a chain of layers.
public struct Chain: Sendable, Equatable {
  /// The total size of the inputs that an operation reads [byte].
  public var input: Double
  /// The layers in the order of computation.
  public var layers: [ChainLayer]
}

/// Consecutive operations of a graph.
public struct ChainLayer: Sendable, Equatable {
  /// The name of the operation with the most work, made unique in the chain.
  public var name: String
  /// Indices of the operations, in the order in which they run.
  public var operations: [Int]
  /// Multiply-accumulates of convolutions and matrix products, 2 FLOP each [FLOP].
  public var multiplyAddFLOP: Double
  /// All other arithmetic [FLOP].
  public var otherFLOP: Double
  /// The number of parameters that this layer uses and no earlier layer does.
  public var parameters: Double
  /// The total size of the tensors that are alive when the layer begins [byte].
  public var input: Double
  /// The total size of the tensors that are alive after the layer, and therefore cross a cut there [byte].
  public var output: Double
  /// The total size of the weights that the layer uses, each counted once [byte].
  public var weights: Double
  /// The largest total size of tensors alive while one operation runs, its inputs and outputs included [byte].
  public var activations: Double
}

extension Chain {
  /// The chain as a DNN: a layer's work is all its FLOP, and its memory is its weights and activations.
  ///
  /// - Parameter name: the name of the DNN.
  /// - Complexity: linear in the number of layers.
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
  /// Every cut of `fused` is a cut of `block`, and every cut of `block` is a cut of `operator`. The total FLOP and
  /// the total number of parameters do not depend on the granularity. Operations that no result needs are left out.
  ///
  /// - Parameter granularity: how finely the graph is cut.
  /// - Complexity: linear in the size of the graph times the number of its inputs (at most 64 are tried),
  ///   plus a bounded search for good orders of the operations between two cuts of `block`.
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

  /// Splits the order into pieces that end at narrow places.
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

  /// Joins each block that only follows to the block before it.
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

  /// Whether a block belongs to the layer that feeds it.
  ///
  /// A reduction on its own is a pooling layer. The reductions inside a normalisation that is written out are
  /// followed by elementwise operations, so the last operation decides.
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
