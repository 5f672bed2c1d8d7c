import Foundations
import LayerRoute
import LinearModels
import Networks
import Splitting
import SplittingFormulations
import TestSupport
import Testing

/// The rows for weights that jobs share, for the largest activations, and for nodes that forward nothing. That
/// models with them reach the optimum by enumeration is a part of conformance.
@Suite struct MachineTests {
  private static let formulations = Kinds.splitting.formulations
  private static let symbols: Set<String> = ["h", "a", "hold", "peak", "relay", "leaving"]

  @Test func modelsOfOtherInstancesHaveNoneOfTheRows() throws {
    for coupling in Coupling.allCases {
      for seed in UInt64(0)..<20 {
        let instance = Instance.random(seed: seed, coupling)
        for formulation in Self.formulations where formulation.refusal(of: instance) == nil {
          let model = try formulation.model(of: instance)
          let found = Self.symbols.intersection((model.rowLabels + model.columnLabels).map(\.symbol))
          #expect(found.isEmpty, "\(formulation.name), \(coupling) seed \(seed): \(found)")
        }
      }
    }
  }

  @Test func everyRowOccursInSomeModel() throws {
    var found: Set<String> = []
    for family in MachineFamily.allCases {
      for seed in UInt64(0)..<40 {
        let model = try LayeredFormulation().model(of: .machines(family, seed: seed))
        found.formUnion((model.rowLabels + model.columnLabels).map(\.symbol))
      }
    }
    #expect(Self.symbols.subtracting(found).isEmpty, "\(found)")
  }

  // MARK: Where they say the same as memory that adds up

  @Test func weightsOfADNNThatOneJobRunsAreMemory() throws {
    try expectSameModels { instance in
      var seen: Set<Int> = []
      instance.jobs = instance.jobs.filter { seen.insert($0.dnn).inserted }
    } changing: { layer in
      layer.weights = layer.memory
      layer.memory = 0
    }
  }

  @Test func activationsOfAJobOfOneLayerAreMemory() throws {
    try expectSameModels { instance in
      for dnn in instance.dnns.indices {
        instance.dnns[dnn].layers = Array(instance.dnns[dnn].layers.prefix(1))
      }
      for job in instance.jobs.indices { instance.jobs[job].hosts.removeAll { ($0.layer ?? 0) > 0 } }
    } changing: { layer in
      layer.activations = layer.memory
      layer.memory = 0
    }
  }

  /// Expects that prepared instances have the same models after a change of their layers.
  private func expectSameModels(
    _ prepare: (inout Instance) -> Void, changing change: (inout Layer) -> Void
  ) throws {
    var rows = 0
    for seed in UInt64(0)..<60 {
      var instance = Instance.random(seed: seed, .memory)
      prepare(&instance)
      var changed = instance
      for dnn in changed.dnns.indices {
        for layer in changed.dnns[dnn].layers.indices { change(&changed.dnns[dnn].layers[layer]) }
      }
      for formulation in Self.formulations {
        let model = try formulation.model(of: instance)
        #expect(
          try formulation.model(of: changed) == model,
          "\(formulation.name), seed \(seed): \(changed.json())")
        rows += model.rowLabels.filter { $0.symbol == "memory" }.count
      }
    }
    #expect(rows > 40, "\(rows) rows of memory")
  }

  // MARK: Sizes

  /// Each layer of a job needs 1 B of weights and 1 B of activations, and nodes have room for one layer.
  @Test func thereIsAColumnForWhatJobsShareAndForEachPeak() throws {
    var checked = 0
    for seed in UInt64(0)..<60 {
      var instance = Instance.openInstance(seed: seed, objective: .total)
      let nodes = instance.network.nodes.count
      for node in 0..<nodes { instance.network.nodes[node].memory = 2 }
      for dnn in instance.dnns.indices {
        for layer in instance.dnns[dnn].layers.indices {
          instance.dnns[dnn].layers[layer].weights = 1
          instance.dnns[dnn].layers[layer].activations = 1
        }
      }
      var (held, h, holds, a, peaks) = (0, 0, 0, 0, 0)
      for (index, dnn) in instance.dnns.enumerated() {
        let (layers, jobs) = (dnn.layers.count, instance.jobs.filter { $0.dnn == index }.count)
        held += (jobs > 0 ? layers : 0) + (layers > 0 ? jobs : 0)
        if jobs > 1 { (h, holds) = (h + nodes * layers, holds + nodes * layers * jobs) }
        if layers > 1 { (a, peaks) = (a + nodes * jobs, peaks + nodes * layers * jobs) }
      }
      let isBinding = held > 2
      if isBinding { checked += 1 }
      for formulation in Self.formulations {
        let model = try formulation.model(of: instance)
        func count(_ symbol: String, _ labels: [Label]) -> Int { labels.filter { $0.symbol == symbol }.count }
        let context = "\(formulation.name), seed \(seed): \(instance.json())"
        #expect(count("memory", model.rowLabels) == (isBinding ? nodes : 0), "\(context)")
        #expect(count("h", model.columnLabels) == (isBinding ? h : 0), "\(context)")
        #expect(count("hold", model.rowLabels) == (isBinding ? holds : 0), "\(context)")
        #expect(count("a", model.columnLabels) == (isBinding ? a : 0), "\(context)")
        #expect(count("peak", model.rowLabels) == (isBinding ? peaks : 0), "\(context)")
        let size = try formulation.size(ofAll: SplittingChoices(instance))
        #expect(size.columns == Double(model.columnCount), "\(context)")
      }
    }
    #expect(checked > 30, "\(checked)")
  }

  @Test func aMemoryRowIsThereOnlyIfWeightsOnceAndPeaksExceedIt() throws {
    // Two jobs: twice 3 B that add up, 30 B of weights, and twice 8 B, the larger of the activations.
    for (memory, isThere) in [(52.0, false), (52 / (1 + 0.9e-6), false), (51.9, true)] {
      var instance = Instance.contractExample()
      instance.network.nodes[0].memory = memory
      instance.jobs[0].rate = 0
      instance.jobs[0].deadline = nil
      instance.jobs.append(instance.jobs[0])
      instance.jobs[1].id = "other"
      for (layer, parts) in [(1.0, 10.0, 5.0), (2.0, 20.0, 8.0)].enumerated() {
        let changed = instance.dnns[0].layers[layer]
        instance.dnns[0].layers[layer] = Layer(
          name: changed.name, work: changed.work, output: changed.output, memory: parts.0, weights: parts.1,
          activations: parts.2, times: changed.times)
      }
      for formulation in Self.formulations {
        let symbols = Set(try formulation.model(of: instance).rowLabels.map(\.symbol))
        #expect(symbols.contains("memory") == isThere, "\(formulation.name), \(memory)")
        #expect(symbols.contains("hold") == isThere, "\(formulation.name), \(memory)")
      }
    }
  }

  // MARK: Relays

  /// The flow between two hosts has no arc that leaves or enters another node that forwards nothing.
  @Test func pairsCrossOnlyRelays() throws {
    var checked = 0
    for seed in UInt64(0)..<40 {
      let instance = Instance.machines(.relays, seed: seed)
      let model = try PairflowFormulation().model(of: instance)
      for label in model.columnLabels where label.symbol == "g" {
        let indices = "\(label)".split(separator: "_").dropFirst().compactMap { Int($0) }
        let (first, last, tail, head) = (indices[2], indices[3], indices[4], indices[5])
        #expect(tail == first || instance.network.nodes[tail].isRelay, "\(label), seed \(seed)")
        #expect(head == last || instance.network.nodes[head].isRelay, "\(label), seed \(seed)")
        checked += 1
      }
    }
    #expect(checked > 200, "\(checked)")
  }
}
