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
  /// The names of these inputs.
  public var inputTensors: [String] = []
  /// The layers in the order of computation.
  public var layers: [ChainLayer]
}

/// Consecutive operations of a graph.
public struct ChainLayer: Sendable, Equatable {
  /// The name of the operation with the most work, made unique in the chain.
  public var name: String
  /// Indices of the operations, in the order in which they run.
  public var operations: [Int]
  /// The names of these operations.
  public var operators: [String] = []
  /// Multiply-accumulates of convolutions and matrix products, 2 FLOP each [FLOP].
  public var multiplyAddFLOP = 0.0
  /// All other arithmetic [FLOP].
  public var otherFLOP = 0.0
  /// The number of parameters that this layer uses and no earlier layer does.
  public var parameters = 0.0
  /// The total size of the tensors that are alive when the layer begins [byte].
  public var input: Double
  /// The total size of the tensors that are alive after the layer, and therefore cross a cut there [byte].
  public var output = 0.0
  /// The names of these tensors, in the order in which they are produced.
  public var tensors: [String] = []
  /// The total size of the states that this layer uses [byte].
  public var memory = 0.0
  /// The total size of the weights that this layer uses and no earlier layer does [byte].
  public var weights = 0.0
  /// The total size of the tensors that enter the layer, that leave it, and of all weights and states that it uses, also
  /// those that count in an earlier layer [byte].
  public var traffic = 0.0
  /// The largest total size of tensors alive while one operation runs, its inputs and outputs included [byte].
  public var activations = 0.0

  /// The memory that a node needs for this layer alone [byte].
  public var footprint: Double { memory + weights + activations }
}

extension Chain {
  /// The total size of the states [byte].
  public var memory: Double { layers.reduce(0) { $0 + $1.memory } }

  /// The total size of the weights that operations use, each counted once [byte].
  public var weights: Double { layers.reduce(0) { $0 + $1.weights } }

  /// The largest total size of tensors alive while one operation runs; all granularities have the same [byte].
  public var activations: Double { layers.lazy.map(\.activations).max() ?? 0 }

  /// The memory that a node needs to run all layers [byte].
  public var footprint: Double { memory + weights + activations }

  /// The chain as a DNN: a layer's work is all its FLOP. Only states add up over the layers of a job: they are `memory`.
  public func dnn(name: Name) -> DNN {
    DNN(
      name: name, input: input, inputTensors: inputTensors,
      layers: layers.map {
        Layer(
          name: Name($0.name), work: $0.multiplyAddFLOP + $0.otherFLOP, output: $0.output,
          memory: $0.memory, weights: $0.weights, activations: $0.activations, traffic: $0.traffic,
          tensors: $0.tensors, operators: $0.operators == [$0.name] ? [] : $0.operators)
      })
  }
}

extension OperationGraph {
  /// The graph as a chain of layers, cut as finely as the granularity says.
  ///
  /// Every cut of `fused` is a cut of `block`, and every cut of `block` is a cut of `operator`. The total FLOP, the
  /// parameters, the weights and the largest activations do not depend on the granularity. Operations that no result
  /// needs are left out.
  ///
  /// - Complexity: linear in the size of the graph times the number of its inputs (at most 64 are tried),
  ///   plus a bounded search for good orders of the operations between two cuts of `block`.
  public func chain(_ granularity: Granularity) -> Chain {
    let graph = pruned()
    let isPrimary = graph.primaryTensors()
    let order = graph.smallOrder(isPrimary)
    switch granularity {
    case .operator: return graph.chain(of: order.indices.map { order[$0...$0] })
    case .block: return graph.chain(of: graph.segments(order, isPrimary))
    case .fused: return graph.chain(of: graph.fused(graph.segments(order, isPrimary)))
    }
  }

  /// Joins each block that only follows to the block before it.
  private func fused(_ blocks: [ArraySlice<Int>]) -> [ArraySlice<Int>] {
    blocks.reduce(into: []) { fused, block in
      if !fused.isEmpty, isFollower(block) { fused[fused.count - 1] += block } else { fused.append(block) }
    }
  }

  /// Whether a block belongs to the layer that feeds it. A reduction on its own is a pooling layer. The reductions
  /// inside a normalisation that is written out are followed by elementwise operations, so the last operation decides.
  private func isFollower(_ block: ArraySlice<Int>) -> Bool {
    block.allSatisfy { operations[$0].role != .own } && block.last.map { operations[$0].role } == .follower
  }

  /// The chain with a layer for each group of operations, which are in the order in which they run.
  private func chain(of groups: [ArraySlice<Int>]) -> Chain {
    var alive = LiveBytes(self)
    var hasCounted = [Bool](repeating: false, count: weights.count)
    var names = UniqueNames()
    var living = LivingTensors(self)
    var chain = Chain(input: alive.bytes, inputTensors: living.names(self), layers: [])
    for group in groups {
      guard let leader = group.max(by: { operations[$0].work < operations[$1].work }) else { continue }
      // An instance accepts neither of these names for a layer.
      let name = ["", "*"].contains(operations[leader].name) ? "layer" : operations[leader].name
      var layer = ChainLayer(name: names.unique(name), operations: Array(group), input: alive.bytes)
      layer.operators = group.map { operations[$0].name }
      for index in group {
        layer.multiplyAddFLOP += operations[index].multiplyAddFLOP
        layer.otherFLOP += operations[index].otherFLOP
        layer.activations = max(layer.activations, alive.bytes + alive.produced(by: index, of: self))
        alive.run(index, of: self)
        living.run(index, self, alive.readersLeft)
      }
      layer.output = alive.bytes
      layer.tensors = living.names(self)
      layer.memory = Set(group.flatMap { operations[$0].states }).reduce(0) { $0 + states[$1].bytes }
      layer.traffic = layer.input + layer.output + layer.memory
      for weight in Set(group.flatMap { operations[$0].weights }) {
        layer.traffic += weights[weight].bytes
        if hasCounted[weight] { continue }
        // Once in the chain, so that a node that runs all layers needs no more than the model has.
        layer.weights += weights[weight].bytes
        layer.parameters += weights[weight].parameters
        hasCounted[weight] = true
      }
      chain.layers.append(layer)
    }
    return chain
  }
}
