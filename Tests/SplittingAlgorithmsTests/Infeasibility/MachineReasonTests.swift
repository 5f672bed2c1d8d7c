import Foundations
import Graphs
import Networks
import Problems
import Splitting
import TestSupport
import Testing

@testable import SplittingAlgorithms

/// Reasons where weights are shared, activations have a peak, and nodes forward nothing.
@Suite struct MachineReasonTests {
  /// Layers of the camera's detector that need weights and activations in place of memory.
  private func camera(edgeMemory: Double? = nil, cameraMemory: Double? = nil, jobs: [Job]) -> Instance {
    var instance = Instance.camera(edgeMemory: edgeMemory, cameraMemory: cameraMemory, jobs: jobs)
    for (layer, activations) in [4e6, 3e6].enumerated() {
      instance.dnns[0].layers[layer].weights = instance.dnns[0].layers[layer].memory
      instance.dnns[0].layers[layer].memory = 0
      instance.dnns[0].layers[layer].activations = activations
    }
    return instance
  }

  @Test func aLayerTooLargeForEveryHostNamesItsParts() {
    var instance = camera(edgeMemory: 48e6, cameraMemory: 40e6, jobs: [.detect()])
    #expect(
      instance.simpleReason
        == "memory: layer \"backbone\" of job \"detect\" needs 49 MB (weights 45 MB, activations 4 MB), and no node "
        + "that may host it has more than 48 MB")
    instance.network.nodes[1].memory = 49e6
    #expect(instance.simpleReason == nil)
    instance.dnns[0].layers[0].memory = 1e6
    #expect(
      instance.simpleReason?.contains("needs 50 MB (weights 45 MB, activations 4 MB, memory 1 MB), ") == true)
  }

  @Test func whatExcludesAFasterPathNamesItsParts() {
    let instance = camera(edgeMemory: 30e6, jobs: [.detect(deadline: 0.5)])
    #expect(
      instance.simpleReason?.hasSuffix(
        "but for memory: layer \"backbone\" needs 49 MB (weights 45 MB, activations 4 MB), and node \"edge\" has 30 MB"
      )
        == true)
  }

  @Test func weightsAreNeededOnceAndActivationsByEveryJob() {
    var instance = camera(edgeMemory: 80e6, jobs: [.detect("a", hosts: [1]), .detect("b", hosts: [1])])
    #expect(
      instance.simpleReason
        == "memory: 83 MB (weights 75 MB, activations 8 MB) are needed for 4 layers of jobs \"a\", \"b\", but there are "
        + "80 MB on the only node that can host them (\"edge\"): 3 MB short")
    instance.network.nodes[1].memory = 83e6
    #expect(instance.simpleReason == nil)
    // Under another key they are another DNN's.
    instance.dnns.append(instance.dnns[0])
    instance.jobs[1].dnn = 1
    #expect(instance.simpleReason?.hasPrefix("memory: 158 MB (weights 150 MB, activations 8 MB) are") == true)
  }

  @Test func aNodeOnTheWayThatIsNoRelayIsNamed() {
    var instance = Instance.camera(jobs: [.detect(hosts: [1])])
    instance.network.nodes.append(Node(id: "phone", isRelay: false))
    instance.network.links = [(0, 2), (2, 1), (1, 2), (2, 0)].map {
      Link(tail: $0, head: $1, bandwidth: 100e6, latency: 1e-3)
    }
    #expect(
      instance.simpleReason
        == "route: job \"detect\" has no route from its source \"camera\" to a host of layer \"backbone\"; it "
        + "would have one if node \"phone\" were a relay")
    // There is a way there, and none back.
    instance.network.links.append(Link(tail: 0, head: 1, bandwidth: 100e6))
    #expect(
      instance.simpleReason
        == "route: job \"detect\" has no route from any host that its last layer \"head\" can have to its target "
        + "\"camera\"; it would have one if node \"phone\" were a relay")
    // A phone that computes the last layer may send what it has computed.
    instance.network.nodes[2].compute = 1e9
    instance.jobs[0].hosts = [HostRule(layer: 0, nodes: [1])]
    #expect(instance.simpleReason == nil)
    instance.network.nodes[2].memory = 20e6
    #expect(
      instance.simpleReason
        == "route: job \"detect\" has no route from any host that its last layer \"head\" can have to its target "
        + "\"camera\"; it would have one if node \"phone\" were a relay")
  }

  /// There is a way round the phone, but it takes too long.
  @Test func aDeadlineThatARelayWouldMeetNamesIt() {
    var instance = Instance.camera(jobs: [.detect(hosts: [1])])
    instance.network.nodes += [Node(id: "phone", isRelay: false), Node(id: "far")]
    instance.network.links = [(0, 2, 1e-3), (2, 1, 1e-3), (0, 3, 1), (3, 1, 1), (1, 0, 1e-3)].map {
      Link(tail: $0, head: $1, bandwidth: 100e6, latency: $2)
    }
    instance.jobs[0].deadline = 1
    #expect(instance.simpleReason?.hasPrefix("deadline: job \"detect\" must be done in 1 s, but ") == true)
    #expect(instance.simpleReason?.hasSuffix(" if node \"phone\" were a relay") == true)
    // Then no relay would help.
    instance.jobs[0].deadline = 1e-6
    #expect(instance.simpleReason?.contains("relay") == false)
  }

  @Test func severalNodesOnTheWayAreNamed() {
    var instance = Instance.camera(jobs: [.detect(hosts: [1])])
    instance.network.nodes += [Node(id: "a", isRelay: false), Node(id: "b"), Node(id: "c", isRelay: false)]
    instance.network.links = [(0, 2), (2, 3), (3, 4), (4, 1), (1, 0)].map {
      Link(tail: $0, head: $1, bandwidth: 100e6, latency: 1e-3)
    }
    #expect(instance.simpleReason?.hasSuffix("; it would have one if nodes \"a\", \"c\" were relays") == true)
  }

  // MARK: By enumeration

  @Test(arguments: MachineFamily.allCases)
  func noReasonIsGivenWhereThereIsAPlan(_ family: MachineFamily) {
    var reasons = 0
    for seed in UInt64(0)..<150 {
      let instance = Instance.machines(family, seed: seed)
      guard let reason = instance.simpleReason else { continue }
      reasons += 1
      let optimum = BruteForce(instance).optimum()
      #expect(optimum == nil, "\(family) seed \(seed): there is a plan of \(optimum ?? 0) s, yet \(reason)")
    }
    #expect(reasons > 0, "\(family): no reason in any instance")
  }

  @Test(arguments: [MachineFamily.sharedWeights, .ownWeights, .peaks, .parts, .together])
  func memoryThatIsShortLeavesNoPlanByItself(_ family: MachineFamily) {
    var (found, shared) = (0, 0)
    for seed in UInt64(0)..<3000 where found < 40 {
      let instance = Instance.machines(family, seed: seed).tightened(memory: 0.7, rate: 1)
      guard instance.placeCount <= 6 else { continue }
      let network = NetworkGraph(instance.network)
      guard let text = SharedShortage(instance: instance, network: network).memory() else { continue }
      found += 1
      if text.contains("weights") || text.contains("activations") { shared += 1 }
      var limits = BruteForce.Limits.none(for: instance)
      limits.memory = BruteForce.Limits(instance).memory
      #expect(
        BruteForce(instance.weightless, limits: limits).optimum() == nil, "\(family) seed \(seed): \(text)")
    }
    #expect(found >= 10 && shared >= 10, "\(family): \(found) shortages, \(shared) with parts")
  }

  @Test func linksThatAreShortLeaveNoPlanByThemselves() {
    var found = 0
    for seed in UInt64(0)..<3000 where found < 40 {
      let instance = Instance.machines(.together, seed: seed).tightened(memory: 1, rate: 8)
      let network = NetworkGraph(instance.network)
      guard let text = CutShortage(instance: instance, network: network).text else { continue }
      found += 1
      var limits = BruteForce.Limits.none(for: instance)
      limits.bits = BruteForce.Limits(instance).bits
      #expect(BruteForce(instance.weightless, limits: limits).optimum() == nil, "seed \(seed): \(text)")
    }
    #expect(found >= 10, "only \(found) shortages")
  }

  /// Where only nodes that forward nothing are why there is no route, they are named: as relays they give a route.
  @Test(arguments: [MachineFamily.relays, .transfers, .together])
  func nodesThatCloseTheWayAreNamed(_ family: MachineFamily) {
    var named = 0
    for seed in UInt64(0)..<600 {
      let instance = Instance.machines(family, seed: seed)
      guard let reason = instance.simpleReason else { continue }
      let context = "\(family) seed \(seed): \(reason)"
      var opened = instance
      for node in opened.network.nodes.indices { opened.network.nodes[node].isRelay = true }
      guard let clause = reason.split(separator: "; it would have one if node").dropFirst().first else {
        let remains = opened.simpleReason?.hasPrefix("route:") == true
        #expect(!reason.hasPrefix("route:") || remains, "\(context)")
        continue
      }
      named += 1
      #expect(BruteForce(instance).optimum() == nil, "\(context)")
      var changed = instance
      for (index, node) in instance.network.nodes.enumerated() where clause.contains("\"\(node.id)\"") {
        #expect(!node.isRelay, "\(context)")
        changed.network.nodes[index].isRelay = true
      }
      #expect(changed != instance, "\(context)")
      let head = reason.split(separator: " has no route")[0]
      #expect(changed.simpleReason?.hasPrefix(head) != true, "\(context): \(changed.simpleReason ?? "")")
    }
    #expect(named >= 5, "\(family): only \(named) sentences name a node")
  }
}

/// What layers need together, by the definition.
@Suite struct MemoryNeedTests {
  @Test(arguments: MachineFamily.allCases)
  func itIsWhatNodesHold(_ family: MachineFamily) {
    for seed in UInt64(0)..<100 {
      let instance = Instance.machines(family, seed: seed)
      var random = SplitMix64(seed: seed)
      let most = UseMeter(instance).most
      let hosts = instance.jobs.indices.map { job in
        instance.dnn(ofJob: job).layers.map { _ in
          instance.network.nodes.indices.randomElement(using: &random) ?? 0
        }
      }
      let plan = Plan(jobs: hosts.map { JobPlan(hosts: $0, routes: []) })
      let needs = MemoryNeed.ofHosts(plan, in: instance)
      for (node, held) in instance.memoryHeld(hosts: hosts).enumerated() {
        let need = needs[node]?.total ?? 0
        #expect(abs(need - held) <= 1e-9 * held, "\(family) seed \(seed), node \(node): \(need), not \(held)")
      }
      guard let paths = try? ShortestPaths(instance).plan else { continue }
      for (node, held) in instance.memoryHeld(hosts: paths.jobs.map(\.hosts)).enumerated() {
        let bound = most[.memory(node)]
        #expect(held <= bound * (1 + 1e-9), "\(family) seed \(seed), node \(node): \(held) of \(bound)")
      }
    }
  }
}
