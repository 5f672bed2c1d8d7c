import Foundation
import Foundations
import Importers
import Splitting
import TestSupport
import Testing

/// Whole models against what others count and compute.
@Suite struct ModelTests {
  @Test func thereAreModels() { #expect(ModelSample.exported.count >= 12) }

  @Test(arguments: ModelSample.exported)
  func everyTensorHasTheTypeAndShapeThatItHasWhenTheModelRuns(_ sample: ModelSample) throws {
    let tensors = try ONNXModel.read(file: sample.file).tensors(ONNXRequest(sizes: sample.reference.sizes))
    #expect(!sample.reference.tensors.isEmpty)
    for (name, kind) in sample.reference.tensors {
      let tensor = try #require(tensors[Name(name)], "\(name)")
      #expect(tensor.dimensions == kind.dimensions, "\(name)")
      #expect(tensor.elementType == kind.elementType, "\(name)")
    }
  }

  @Test(arguments: ModelSample.exported)
  func workAndParametersAreAsCountedFromTheShapes(_ sample: ModelSample) throws {
    let graph = try sample.graph()
    #expect(graph.operations.reduce(0) { $0 + $1.multiplyAddFLOP } == sample.reference.multiplyAddFLOP)
    #expect(graph.weights.reduce(0) { $0 + $1.parameters } == sample.reference.parameters)
  }

  @Test(
    .enabled(if: ModelSample.dataFolder != nil, "../shared/data is absent"),
    arguments: ModelSample.torchvision)
  func modelsOfTorchvisionHaveTheWorkAndParametersOfTheirReference(_ sample: ModelSample) throws {
    let graph = try sample.graph()
    let flop = graph.operations.reduce(0) { $0 + $1.multiplyAddFLOP }
    #expect(abs(flop - sample.reference.multiplyAddFLOP) <= 1e-3 * sample.reference.multiplyAddFLOP)
    #expect(graph.weights.reduce(0) { $0 + $1.parameters } == sample.reference.parameters)
  }

  @Test(arguments: ModelSample.exported + ModelSample.torchvision)
  func granularitiesAreNestedWithEqualTotals(_ sample: ModelSample) throws {
    let graph = try sample.graph()
    let chains = Granularity.allCases.map(graph.chain)
    let finest = chains[0]
    #expect(finest.layers.allSatisfy { $0.operations.count == 1 })
    for (chain, finer) in zip(chains.dropFirst(), chains) {
      #expect(cuts(chain).isSubset(of: cuts(finer)))
      #expect(chain.layers.flatMap(\.operations) == finer.layers.flatMap(\.operations))
      #expect(total(chain, \.multiplyAddFLOP) == total(finer, \.multiplyAddFLOP))
      #expect(total(chain, \.otherFLOP) == total(finer, \.otherFLOP))
      #expect(total(chain, \.parameters) == total(finer, \.parameters))
      #expect(chain.input == finer.input && chain.layers.last?.output == finer.layers.last?.output)
    }
    for chain in chains {
      #expect(Set(chain.layers.map { Name($0.name) }).count == chain.layers.count)
      let text = chain.dnn(name: "model").json()
      let instance = """
        {"layerroute": 1, "network": {"nodes": [{"id": "a", "compute": 1}], "links": []}, "dnns": {"model": \(text)},
         "jobs": []}
        """
      let read = try Instance.parse(Array(instance.utf8))
      #expect(read.dnns[0] == chain.dnn(name: "model"))
    }
  }

  /// A model is cut at fewer places in coarser granularities, and runs in the same order.
  @Test(arguments: ModelSample.exported + ModelSample.torchvision)
  func oneMachineNeedsTheSameHoweverAModelIsCut(_ sample: ModelSample) throws {
    let graph = try sample.graph()
    let bytes = graph.weights.reduce(0) { $0 + $1.bytes }
    let finest = graph.chain(.operator)
    for granularity in Granularity.allCases {
      let layers = graph.chain(granularity).dnn(name: "model").layers
      let weights = layers.reduce(0) { $0 + $1.weights }
      #expect(weights == finest.weights && weights <= bytes && weights > 0, "\(granularity)")
      #expect(layers.map(\.activations).max() == finest.activations, "\(granularity)")
      #expect(layers.allSatisfy { $0.memory == 0 }, "\(granularity)")
      var input = finest.input
      for layer in layers {
        #expect(layer.activations >= max(input, layer.output), "\(granularity) \(layer.name)")
        #expect(layer.traffic >= layer.weights + input + layer.output, "\(granularity) \(layer.name)")
        input = layer.output
      }
    }
  }

  /// 25,557,032 parameters of 4 bytes, and 9.6 MB where the first block widens a residual connection.
  @Test(.enabled(if: ModelSample.dataFolder != nil, "../shared/data is absent"))
  func aResNet50Takes112MB() throws {
    let sample = try #require(ModelSample.torchvision.first { $0.description == "resnet50.onnx" })
    for granularity in Granularity.allCases {
      let footprint = try sample.graph().chain(granularity).footprint
      #expect(abs(footprint - 112e6) < 0.5e6, "\(granularity): \(footprint)")
    }
  }

  /// Behind how many operations, and what crosses there.
  private func cuts(_ chain: Chain) -> Set<[Double]> {
    var operations = 0
    return Set(
      chain.layers.map { layer in
        operations += layer.operations.count
        return [Double(operations), layer.output]
      })
  }

  private func total(_ chain: Chain, _ value: KeyPath<ChainLayer, Double>) -> Double {
    chain.layers.reduce(0) { $0 + $1[keyPath: value] }
  }

  /// Blocks of an encoder end where its hidden state alone crosses, beside the mask.
  @Test func aMaskDoesNotKeepAnEncoderFromBeingCut() throws {
    let chain = try ModelSample.exported("encoder").graph().chain(.block)
    #expect(chain.layers.count >= 20)
    // Two sequences of 16 words with 32 numbers each, and a mask of 16 numbers for each.
    let state = 2.0 * 16 * 32 * 4
    #expect(chain.layers.contains { $0.output == state + 2 * 16 * 4 })
    #expect(chain.layers.last?.output == state)
  }
}
