import LayerRoute
import Networks
import Solvers
import Splitting
import TestSupport
import Testing

/// Each rule about machines as they are, on an instance whose optimum is found by hand.
///
/// Tensors are empty and nodes lie 0.1 s apart, so that a plan costs 0.1 s a link, and what its hosts take.
@Suite(.enabled(if: Backends.areThere, "needs a backend")) struct MachineRuleTests {
  private let agreement = Agreement(WorkerBackend.all)

  /// Expects an optimum [s], of enumeration and of everything else; `nil` for no plan.
  private func expect(_ instance: Instance, optimum: Double?, _ context: String) async throws {
    let found = BruteForce(instance).optimum()
    #expect(
      found.map { agree($0, optimum ?? .nan) } ?? (optimum == nil),
      "\(context): enumeration finds \(found.map { "\($0)" } ?? "none")")
    try await agreement.check(instance, context)
  }

  // MARK: Memory

  /// A layer takes 1 s on the server, 0.2 s away and back, and 10 s on the device: two jobs take 2.4 s if both fit on
  /// the server, and 11.2 s if one does.
  private func servers(_ layers: [Layer], dnns: Int = 1, memory: Double) -> Instance {
    Instance(
      network: .line([Node(id: "device", compute: 1), Node(id: "server", compute: 10, memory: memory)]),
      dnns: (0..<dnns).map { DNN(name: Name("d\($0)"), input: 0, layers: layers) },
      jobs: (0..<2).map { Job(id: Name("j\($0)"), dnn: $0 % dnns, source: 0, target: 0) })
  }

  @Test func weightsAreHeldOnceForAllJobsOfADNN() async throws {
    let layers = [Layer(name: "l", work: 10, output: 0, weights: 60)]
    try await expect(servers(layers, memory: 60), optimum: 2.4, "60 for both")
    try await expect(servers(layers, memory: 59), optimum: 20, "59 for neither")
  }

  /// A DNN is its key: one file under two keys is two DNNs.
  @Test func weightsOfTwoDNNsAreHeldTwice() async throws {
    let layers = [Layer(name: "l", work: 10, output: 0, weights: 60)]
    try await expect(servers(layers, dnns: 2, memory: 119), optimum: 11.2, "119 for one")
    try await expect(servers(layers, dnns: 2, memory: 120), optimum: 2.4, "120 for both")
  }

  @Test func weightsOfTwoLayersAddUp() async throws {
    let layers = [
      Layer(name: "l", work: 10, output: 0, weights: 60), Layer(name: "m", work: 10, output: 0, weights: 50),
    ]
    try await expect(servers(layers, memory: 110), optimum: 4.4, "110 for both layers of both jobs")
    try await expect(servers(layers, memory: 109), optimum: 22.4, "109 for one layer of both jobs")
  }

  @Test func ofActivationsAJobHoldsTheLargest() async throws {
    let layers = [60.0, 50].enumerated().map {
      Layer(name: Name("l\($0)"), work: 10, output: 0, activations: $1)
    }
    try await expect(servers(layers, memory: 120), optimum: 4.4, "60 a job")
    // One job entire, of the other the second layer.
    try await expect(servers(layers, memory: 119), optimum: 13.4, "60 and 50")
    try await expect(servers(layers, memory: 109), optimum: 22.2, "60 and nothing")
  }

  /// What adds up a job does so as before.
  @Test func memoryAddsUp() async throws {
    let layers = [60.0, 50].enumerated().map { Layer(name: Name("l\($0)"), work: 10, output: 0, memory: $1) }
    try await expect(servers(layers, memory: 220), optimum: 4.4, "all four")
    try await expect(servers(layers, memory: 219), optimum: 13.4, "three of four")
  }

  @Test func thePartsOfMemoryAddUp() async throws {
    // Both layers of both jobs: weights 30, activations twice 40, memory four times 5.
    let layers = [
      Layer(name: "l", work: 10, output: 0, memory: 5, weights: 10, activations: 30),
      Layer(name: "m", work: 10, output: 0, memory: 5, weights: 20, activations: 40),
    ]
    for (memory, optimum) in [(130, 4.4), (130 * (1 - 8e-7), 4.4), (130 * (1 - 2e-6), 13.4)] {
      try await expect(servers(layers, memory: memory), optimum: optimum, "\(memory)")
    }
  }

  /// The largest activations of two visits count once, not those of each visit.
  @Test func aJobThatComesBackHoldsItsActivationsOnce() async throws {
    func instance(memory: Double) -> Instance {
      let layers = [60.0, 0, 50].enumerated().map {
        Layer(name: Name("l\($0)"), work: 10, output: 0, activations: $1)
      }
      return Instance(
        network: .line([Node(id: "device", compute: 1), Node(id: "server", compute: 10, memory: memory)]),
        dnns: [DNN(name: "d", input: 0, layers: layers)],
        jobs: [Job(id: "j", dnn: 0, source: 0, target: 0, hosts: [HostRule(layer: 1, nodes: [0])])])
    }
    try await expect(instance(memory: 60), optimum: 12.4, "60 for both visits")
    try await expect(instance(memory: 59), optimum: 21.2, "59 for the second")
  }

  @Test func aReasonCountsWeightsOnce() async throws {
    // Nothing but the server computes: 60 of weights for both jobs, and twice 20 of activations.
    var instance = servers(
      [Layer(name: "l", work: 10, output: 0, weights: 60e6, activations: 20e6)], memory: 99e6)
    instance.network.nodes[0].compute = 0
    try await expect(instance, optimum: nil, "99 MB")
    let answer = try await Kinds.splitting.solve(instance)
    let reason = answer.file.reason ?? ""
    #expect(reason.hasPrefix("memory") && reason.contains("100 MB"), "\(reason)")
    instance.network.nodes[1].memory = 100e6
    try await expect(instance, optimum: 2.4, "100 MB")
  }

  // MARK: Times

  /// The latency of one layer from and to the first of two nodes, on the node that computes 10 FLOP/s.
  private func onServer(_ layer: Layer, memoryBandwidth: Double?) -> Instance {
    let server = Node(id: "server", compute: 10, memoryBandwidth: memoryBandwidth)
    return Instance(
      network: .line([Node(id: "device", compute: 1), server]),
      dnns: [DNN(name: "d", input: 0, layers: [layer])], jobs: [Job(id: "j", dnn: 0, source: 0, target: 0)])
  }

  @Test func aLayerTakesTheLongerOfComputingAndMoving() async throws {
    let measured = [MeasuredTime(node: 1, seconds: 3)]
    let cases: [(Layer, Double?, Double)] = [
      (Layer(name: "computing", work: 10, output: 0, traffic: 5), 10, 1.2),
      (Layer(name: "moving", work: 10, output: 0, traffic: 50), 10, 5.2),
      (Layer(name: "better on the device", work: 10, output: 0, traffic: 500), 10, 10),
      (Layer(name: "no bandwidth", work: 10, output: 0, traffic: 500), nil, 1.2),
      (Layer(name: "no traffic", work: 10, output: 0), 1e-3, 1.2),
      (Layer(name: "measured", work: 10, output: 0, traffic: 500, times: measured), 10, 3.2),
      // It moves its bytes without computing; the device has no bandwidth that would bind.
      (Layer(name: "no work", output: 0, traffic: 500), 10, 0),
    ]
    for (layer, memoryBandwidth, optimum) in cases {
      try await expect(
        onServer(layer, memoryBandwidth: memoryBandwidth), optimum: optimum, layer.name.text)
    }
  }

  @Test func aLayerWithoutWorkTakesTheTimeOfItsTraffic() async throws {
    var instance = onServer(Layer(name: "no work", output: 0, traffic: 50), memoryBandwidth: 10)
    instance.network.nodes[0].compute = 0
    try await expect(instance, optimum: 5.2, "no work")
  }

  /// A memory bandwidth alone makes no host.
  @Test func aNodeWithoutAComputeRateHostsNothingThatWasNotMeasured() async throws {
    var instance = onServer(Layer(name: "l", work: 1, output: 0, traffic: 1), memoryBandwidth: 10)
    instance.network.nodes[0].compute = 0
    instance.network.nodes[1].compute = 0
    try await expect(instance, optimum: nil, "unmeasured")
    instance.dnns[0].layers[0].times = [MeasuredTime(node: 1, seconds: 0.5)]
    try await expect(instance, optimum: 0.7, "measured")
  }

  @Test func trafficLoadsANode() async throws {
    // 2 s an inference: a node that could compute five a second serves one in two seconds.
    var instance = onServer(Layer(name: "l", work: 2, output: 0, traffic: 20), memoryBandwidth: 10)
    instance.network.nodes[0].compute = 0
    instance.jobs[0].rate = 0.5
    try await expect(instance, optimum: 2.2, "half an inference a second")
    instance.jobs[0].rate = 0.51
    try await expect(instance, optimum: nil, "more than half an inference a second")
  }

  // MARK: Relays

  /// Nodes in a line, of which the second is no relay; a job from the first to the last.
  private func line(
    _ works: [Double], hosts: [HostRule] = [], waiting: WaitingPolicy = .visit, backlog: Double = 0
  ) -> Instance {
    let phone = Node(id: "phone", compute: 1, backlog: backlog, isRelay: false)
    let layers = works.enumerated().map { Layer(name: Name("l\($0)"), work: $1, output: 0) }
    return Instance(
      network: .line([Node(id: "a", compute: 1), phone, Node(id: "b", compute: 1)]),
      dnns: [DNN(name: "d", input: 0, layers: layers)],
      jobs: [Job(id: "j", dnn: 0, source: 0, target: 2, hosts: hosts)], options: Options(waiting: waiting))
  }

  @Test(arguments: WaitingPolicy.allCases)
  func noRoutePassesANodeThatIsNoRelay(_ waiting: WaitingPolicy) async throws {
    let transfer = line([], waiting: waiting)
    try await expect(transfer, optimum: nil, "a transfer through the phone")
    let answer = try await Kinds.splitting.solve(transfer)
    #expect(answer.file.reason?.hasPrefix("route: ") == true, "\(answer.file.reason ?? "")")
    let ends = [HostRule(layer: 0, nodes: [0]), HostRule(layer: 1, nodes: [2])]
    try await expect(line([1, 1], hosts: ends, waiting: waiting), optimum: nil, "a tensor through the phone")
    // A longer way leads round it.
    var detour = line([], waiting: waiting)
    detour.network.nodes.append(Node(id: "c"))
    detour.network.links += [
      Link(tail: 0, head: 3, bandwidth: 1, latency: 0.5), Link(tail: 3, head: 2, bandwidth: 1, latency: 0.5),
    ]
    try await expect(detour, optimum: 1, "a detour")
    detour.network.nodes[3].isRelay = false
    try await expect(detour, optimum: nil, "a detour through another")
  }

  @Test(arguments: WaitingPolicy.allCases)
  func whatWasComputedOnANodeMayLeaveIt(_ waiting: WaitingPolicy) async throws {
    try await expect(line([1], waiting: waiting), optimum: 1.2, "one layer")
    try await expect(line([1, 1], waiting: waiting), optimum: 2.2, "two layers")
    let rule = [HostRule(layer: 0, nodes: [1]), HostRule(layer: 1, nodes: [2])]
    try await expect(line([1, 1], hosts: rule, waiting: waiting), optimum: 2.2, "the second at the end")
    // It may come back, and has to compute there again.
    let back = [HostRule(layer: 1, nodes: [0]), HostRule(layer: 2, nodes: [2])]
    try await expect(
      line([1, 1, 1], hosts: back, waiting: waiting), optimum: nil, "back past the phone")
    let again = [HostRule(layer: 1, nodes: [0])]
    try await expect(line([1, 1, 1], hosts: again, waiting: waiting), optimum: 3.2, "only the third there")
  }

  /// Under `visit` a run of layers waits once, and under `layer` each of them does.
  @Test func aNodeThatIsNoRelayIsWaitedForAsEveryOther() async throws {
    let rule = [HostRule(layer: nil, nodes: [1])]
    for (waiting, optimum) in [(WaitingPolicy.visit, 4.2), (.layer, 6.2)] {
      try await expect(
        line([1, 1], hosts: rule, waiting: waiting, backlog: 2), optimum: optimum, "\(waiting)")
    }
  }

  /// Stage 0 may leave a source that is no relay; a later stage that comes by may not.
  @Test(arguments: WaitingPolicy.allCases)
  func aSourceThatIsNoRelayIsNotPassed(_ waiting: WaitingPolicy) async throws {
    func instance(_ works: [Double], _ hosts: [HostRule]) -> Instance {
      var instance = line(works, hosts: hosts, waiting: waiting, backlog: 2)
      instance.jobs[0].source = 1
      return instance
    }
    let away = [HostRule(layer: 0, nodes: [0])]
    try await expect(instance([1], away), optimum: nil, "back through the source")
    try await expect(instance([1, 1], away), optimum: 4.3, "computed at the source")
    try await expect(instance([], []), optimum: 0.1, "from the source")
    try await expect(instance([1], [HostRule(layer: 0, nodes: [1])]), optimum: 3.1, "at the source")
  }

  @Test func aTargetThatIsNoRelayIsReachedAndNotPassed() async throws {
    var instance = line([1], hosts: [HostRule(layer: 0, nodes: [2])])
    instance.jobs[0].target = 1
    try await expect(instance, optimum: nil, "through the target to the host")
    instance.jobs[0].hosts = [HostRule(layer: 0, nodes: [0])]
    try await expect(instance, optimum: 1.1, "the host before the target")
  }

  // MARK: All at once

  /// Token generation: each layer moves its weights, which two streams share; only the accelerator is fast enough, and
  /// the phone between the streams forwards nothing.
  @Test func theRulesHoldTogether() async throws {
    let nodes = [
      Node(id: "left", compute: 1), Node(id: "phone", compute: 10, memoryBandwidth: 10, isRelay: false),
      Node(id: "right", compute: 1),
      Node(id: "accelerator", compute: 10, memory: 83, memoryBandwidth: 100),
    ]
    let around = [(0, 3), (3, 0), (2, 3), (3, 2)].map {
      Link(tail: $0, head: $1, bandwidth: 1, latency: 0.2)
    }
    let layers = (0..<2).map {
      Layer(name: Name("l\($0)"), work: 1, output: 0, memory: 1, weights: 30, activations: 10, traffic: 40)
    }
    var instance = Instance(
      network: Network(nodes: nodes, links: Network.line(nodes.dropLast()).links + around),
      dnns: [DNN(name: "d", input: 0, layers: layers)],
      jobs: [
        Job(id: "there", dnn: 0, source: 0, target: 2), Job(id: "back", dnn: 0, source: 2, target: 0),
      ])
    // Weights 60, activations 20, memory 4: 1 too many on the accelerator, where a layer takes 0.4 s. The layer that
    // one of the jobs cannot have there takes 1 s at an end of its way.
    try await expect(instance, optimum: 1.2 + 1.8, "83")
    // Without that layer it holds 83: only a job that has none there takes less.
    instance.network.nodes[3].memory = 82
    try await expect(instance, optimum: 1.2 + 2.4, "82")
    instance.network.nodes[3].memory = 84
    try await expect(instance, optimum: 2.4, "84")
  }
}

extension Network {
  /// Each node linked to the next both ways, 0.1 s apart.
  fileprivate static func line(_ nodes: some RandomAccessCollection<Node>) -> Network {
    let links = (1..<nodes.count).flatMap { index in
      [(index - 1, index), (index, index - 1)].map {
        Link(tail: $0, head: $1, bandwidth: 1, latency: 0.1)
      }
    }
    return Network(nodes: Array(nodes), links: links)
  }
}
