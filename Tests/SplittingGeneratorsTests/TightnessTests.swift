import Foundations
import Networks
import Splitting
import SplittingGenerators
import Testing

/// Instances are as tight as asked, and their nodes have the memory that this takes.
@Suite struct TightnessTests {
  @Test(arguments: SeededFamily.all)
  func tightnessIsAsAsked(_ family: SeededFamily) throws {
    for seed in UInt64(0)..<10 {
      var workload = family.usual
      workload.dnn = .resnet34
      workload.layers = nil
      workload.jobs = 40
      workload.rate = 3
      workload.tightness = Tightness(memory: 0.8, computeLoad: 0.4, linkLoad: 0.001, deadline: 0.5)
      let got = try family.make(seed, workload).tightness
      #expect(abs(got.memory - 0.8) < 1e-5, "seed \(seed)")
      #expect(abs(got.computeLoad - 0.4) < 1e-9, "seed \(seed)")
      #expect(abs(got.linkLoad - 0.001) < 1e-9, "seed \(seed)")
      #expect(abs(got.deadline - 0.5) < 1e-3, "seed \(seed)")
    }
  }

  @Test(arguments: SeededFamily.all)
  func aTightnessOfNothingIsNoCoupling(_ family: SeededFamily) throws {
    var workload = family.usual
    workload.tightness = Tightness()
    let instance = try family.make(3, workload)
    #expect(instance.tightness == Tightness())
    #expect(instance.network.nodes.allSatisfy { $0.memory == nil && $0.backlog == 0 })
    #expect(instance.jobs.allSatisfy { $0.rate == 0 && $0.deadline == nil })
  }

  @Test func anotherTightnessLeavesTheRestAsItIs() throws {
    var workload = Workload.geometric
    let usual = try Instance.geometric(seed: 5, workload: workload)
    workload.tightness.memory = 0.3
    let looser = try Instance.geometric(seed: 5, workload: workload)
    #expect(looser.network.links == usual.network.links && looser.jobs == usual.jobs)
    #expect(looser.network.nodes.map(\.compute) == usual.network.nodes.map(\.compute))
    #expect(looser.network.nodes != usual.network.nodes)
  }

  /// Two DNNs, one of which two jobs run.
  @Test func theDemandForMemoryCountsWeightsOnceAndPeaks() {
    let shared = DNN(
      name: "shared", input: 0,
      layers: [
        Layer(name: "a", output: 0, memory: 1, weights: 100, activations: 7),
        Layer(name: "b", output: 0, memory: 2, weights: 200, activations: 9),
      ])
    let other = DNN(name: "other", input: 0, layers: [Layer(name: "a", output: 0, weights: 1000)])
    let unused = DNN(name: "unused", input: 0, layers: [Layer(name: "a", output: 0, weights: 1e6)])
    let network = Network(nodes: [Node(id: "u", compute: 1, memory: 2000)], links: [])
    let jobs = [0, 2, 0].enumerated().map { Job(id: Name("\($0)"), dnn: $1, source: 0, target: 0) }
    let instance = Instance(network: network, dnns: [shared, unused, other], jobs: jobs)
    // 300 and 1000 of weights; two jobs with a peak of 9 and 3 for their layers.
    #expect(instance.tightness.memory == 1324.0 / 2000)
  }

  /// For all jobs that run it; otherwise there could be no plan at all.
  @Test(arguments: SeededFamily.all)
  func someServerHasRoomForEveryLayer(_ family: SeededFamily) throws {
    for seed in UInt64(0)..<4 {
      for dnn in Architecture.allCases {
        for tightness in [0.1, 0.5, 0.9, 5] {
          var workload = family.usual
          workload.dnn = dnn
          workload.layers = nil
          workload.tightness = Tightness(memory: tightness)
          let instance = try family.make(seed, workload)
          let room = instance.network.nodes.filter { $0.compute > 0 }.compactMap(\.memory).max() ?? 0
          let needs = instance.jobs.flatMap { job in
            let jobs = Double(instance.jobs.count { $0.dnn == job.dnn })
            return instance.dnns[job.dnn].layers.map { $0.weights + jobs * $0.activations }
          }
          #expect(room >= needs.max() ?? .infinity, "\(dnn), tightness \(tightness), seed \(seed)")
        }
      }
    }
  }

  /// Jobs of one DNN would all fit on one node otherwise.
  @Test(arguments: ["fat-tree", "nsfnet", "abilene", "geant", "us24"])
  func noNodeHasRoomForTheSharedDNN(_ name: String) throws {
    let family = try #require(SeededFamily.all.first { $0.name == name })
    for seed in UInt64(0)..<20 { try expectNoNodeHoldsTheDNN(family.make(seed, family.usual), seed) }
  }

  @Test func theDemosNodesHaveRoomForAllLayersTogetherOnly() throws {
    try expectNoNodeHoldsTheDNN(.demo(), nil)
    for seed in UInt64(0)..<50 { try expectNoNodeHoldsTheDNN(.demo(seed: seed), seed) }
  }

  private func expectNoNodeHoldsTheDNN(_ instance: Instance, _ seed: UInt64?) throws {
    let layers = try #require(instance.dnns.first).layers
    let weights = layers.reduce(0) { $0 + $1.weights }
    let memories = instance.network.nodes.compactMap(\.memory)
    #expect(memories.allSatisfy { $0 < weights } && memories.reduce(0, +) > weights, "seed \(seed ?? 0)")
  }
}
