import Foundations
import LayerRoute
import LinearModels
import Networks
import Problems
import Splitting
import SplittingFormulations
import TestSupport
import Testing

/// Models are as large as the contract's table says, where nothing is left out.
@Suite struct SizeTests {
  @Test(arguments: ObjectiveKind.ofLatencies)
  func assignmentHasAColumnForEachPlacementAndEachPair(_ objective: ObjectiveKind) throws {
    for seed in UInt64(0)..<60 {
      let instance = Instance.openInstance(seed: seed, objective: objective)
      let model = try AssignmentFormulation().model(of: instance)
      let hosts = instance.network.nodes.count
      var (columns, rows) = (objective == .max ? 1 : 0, 0)
      for job in instance.jobs.indices {
        let layers = instance.dnn(ofJob: job).layers.count
        let products = max(0, layers - 1) * hosts * hosts
        columns += layers * hosts + products
        rows += layers + products
      }
      #expect(model.columnCount == columns, "seed \(seed): \(instance.json())")
      #expect(structuralRows(model) == rows, "seed \(seed): \(instance.json())")
    }
  }

  @Test(arguments: ObjectiveKind.ofLatencies)
  func assignmentTightHasTwoRowsForEachHostBetweenLayers(_ objective: ObjectiveKind) throws {
    for seed in UInt64(0)..<60 {
      let instance = Instance.openInstance(seed: seed, objective: objective)
      let model = try AssignmentTightFormulation().model(of: instance)
      let hosts = instance.network.nodes.count
      var (columns, rows) = (objective == .max ? 1 : 0, 0)
      for job in instance.jobs.indices {
        let layers = instance.dnn(ofJob: job).layers.count
        columns += layers * hosts + max(0, layers - 1) * hosts * hosts
        rows += layers + max(0, layers - 1) * 2 * hosts
      }
      #expect(model.columnCount == columns, "seed \(seed): \(instance.json())")
      #expect(structuralRows(model) == rows, "seed \(seed): \(instance.json())")
    }
  }

  @Test(arguments: ObjectiveKind.ofLatencies)
  func pairflowHasAColumnForEachPairOfHostsAndLink(_ objective: ObjectiveKind) throws {
    for seed in UInt64(0)..<60 {
      let instance = Instance.openInstance(seed: seed, objective: objective)
      let model = try PairflowFormulation().model(of: instance)
      let (hosts, links) = (instance.network.nodes.count, instance.network.links.count)
      var (columns, rows) = (objective == .max ? 1 : 0, 0)
      for (job, description) in instance.jobs.enumerated() {
        let layers = instance.dnn(ofJob: job).layers.count
        let products = max(0, layers - 1)
        // Without layers there is one tensor to send, or none.
        let transfers = description.source == description.target ? 0 : 1
        let flows = layers == 0 ? transfers : products * hosts * (hosts - 1) + 2 * (hosts - 1)
        columns += layers * hosts + products * hosts * hosts + flows * links
        rows += layers + products * 2 * hosts + flows * hosts
      }
      #expect(model.columnCount == columns, "seed \(seed): \(instance.json())")
      #expect(structuralRows(model) == rows, "seed \(seed): \(instance.json())")
    }
  }

  @Test(arguments: Kinds.splitting.formulations.map(\.name))
  func sizesKnownBeforehandAreReachedWhereNothingIsLeftOut(_ name: String) throws {
    let formulation = try Kinds.splitting.formulation(named: name)
    for seed in UInt64(0)..<40 {
      let choices = try SplittingChoices(Instance.openInstance(seed: seed, objective: .total))
      let model = try formulation.encoding(of: choices).model
      let size = try formulation.size(ofAll: choices)
      #expect(size.columns == Double(model.columnCount), "seed \(seed)")
    }
  }

  @Test(arguments: SampleFamily.allCases)
  func sizesKnownBeforehandAreNeverExceeded(_ family: SampleFamily) throws {
    var checked = 0
    for seed in UInt64(0)..<40 {
      let instance = family.instance(seed: seed)
      var all = try [nil, 1, 2].map { try SplittingChoices(instance.limited(toHosts: $0)) }
      if all[0].lowerBound < .infinity { all += all.map { $0.limited(to: 1.5 * $0.lowerBound) } }
      for formulation in Kinds.splitting.formulations where formulation.refusal(of: instance) == nil {
        for choices in all {
          checked += 1
          let model = try formulation.encoding(of: choices).model
          let size = try formulation.size(ofAll: choices)
          let context = "\(formulation.name), \(family) seed \(seed)"
          #expect(size.columns >= Double(model.columnCount), "\(context)")
          #expect(size.rows >= Double(model.rowCount), "\(context)")
          #expect(size.nonzeros >= Double(model.nonzeroCount), "\(context)")
        }
      }
    }
    #expect(checked > 200, "\(checked)")
  }

  @Test(arguments: ObjectiveKind.ofLatencies)
  func layeredHasAColumnForEachArcOfTheLayeredGraph(_ objective: ObjectiveKind) throws {
    for seed in UInt64(0)..<60 {
      let instance = Instance.openInstance(seed: seed, objective: objective)
      let model = try LayeredFormulation().model(of: instance)
      let nodes = instance.network.nodes.count
      let isSplitting = instance.options.waiting == .visit
      let split = isSplitting ? instance.network.nodes.filter { $0.backlog > 0 }.count : 0
      var (columns, rows) = (objective == .max ? 1 : 0, 0)
      for job in instance.jobs.indices {
        let layers = instance.dnn(ofJob: job).layers.count
        columns += (layers + 1) * instance.network.links.count + layers * nodes + 2 * layers * split
        rows += (layers + 1) * nodes + (layers == 0 ? 0 : (layers + 1) * split)
      }
      #expect(model.columnCount == columns, "seed \(seed): \(instance.json())")
      #expect(structuralRows(model) == rows, "seed \(seed): \(instance.json())")
    }
  }

  /// All rows but those of the objective `max`, of which there is one for each job that can matter.
  private func structuralRows(_ model: CompiledModel) -> Int {
    model.rowLabels.filter { $0.symbol != "makespan" }.count
  }

  // MARK: A limit to the number of hosts

  @Test func aLimitToTheHostsHasAColumnForEachOfThemAndARowForEachPlacement() throws {
    for seed in UInt64(0)..<20 {
      let instance = Instance.openInstance(seed: seed, objective: .total)
      let hosts = instance.placeCount == 0 ? 0 : instance.network.nodes.count
      for formulation in Self.formulations {
        let free = try formulation.model(of: instance)
        for limit in 1...5 {
          let model = try formulation.model(of: instance.limited(toHosts: limit))
          let context = "\(formulation.name), limit \(limit), seed \(seed): \(instance.json())"
          let isThere = limit < hosts
          #expect(model.columnCount == free.columnCount + (isThere ? hosts : 0), "\(context)")
          #expect(
            model.rowCount == free.rowCount + (isThere ? instance.placeCount * hosts + 1 : 0), "\(context)")
        }
      }
    }
  }

  // MARK: Rows that cannot bind

  private static let formulations = Kinds.splitting.formulations

  @Test func aMemoryRowIsThereOnlyIfAllLayersTogetherExceedIt() throws {
    // The two layers of the contract's example need 16.093 MB; each fits alone.
    for (memory, isThere) in [(16.093e6, false), (16.093e6 / (1 + 0.9e-6), false), (16.092e6, true)] {
      try expectRows("memory", isThere) { $0.network.nodes[0].memory = memory }
    }
  }

  @Test func aLoadRowIsThereOnlyIfAllLayersTogetherExceedIt() throws {
    // On the camera they take 132 ms.
    for (rate, isThere) in [(1 / 0.132, false), (1 / 0.1319, true)] {
      try expectRows("load", isThere) { $0.jobs[0].rate = rate }
    }
  }

  @Test func aDeadlineRowIsThereOnlyIfTheLatencyCanExceedIt() throws {
    try expectRows("deadline", false) { $0.jobs[0].deadline = nil }
    try expectRows("deadline", false) { $0.jobs[0].deadline = 10 }
    // Each layer may run on the camera, but not both.
    try expectRows("deadline", true) {
      $0.jobs[0].hosts = []
      $0.jobs[0].deadline = 0.12
    }
    // With the second layer only on the edge server, nothing can be late.
    try expectRows("deadline", false) { $0.jobs[0].deadline = 0.06 }
  }

  @Test func aLinkRowIsThereOnlyIfAllStagesTogetherExceedIt() throws {
    // All stages together are 806112 B; the largest alone fits the link.
    for (bandwidth, isThere) in [(8 * 806_112.0, false), (8 * 806_000.0, true)] {
      var instance = Instance.contractExample()
      instance.jobs[0].rate = 1
      instance.jobs[0].deadline = nil
      instance.jobs[0].hosts = []
      instance.network.links[2].bandwidth = bandwidth
      for formulation in Self.formulations where formulation.refusal(of: instance) == nil {
        let symbols = try symbols(formulation, instance)
        #expect(symbols.contains("link") == isThere, "\(formulation.name), \(bandwidth)")
      }
    }
  }

  @Test func aMakespanRowIsThereOnlyIfTheJobCanBeTheWorst() throws {
    // The lighter of two equal jobs never exceeds what the heavier one takes at least.
    for (weight, rows) in [(1e-3, 1), (1.0, 2)] {
      var instance = Instance.contractExample()
      instance.options.objective = .max
      instance.jobs[0].deadline = nil
      instance.jobs[0].rate = 0
      instance.jobs.append(instance.jobs[0])
      instance.jobs[1].id = "lighter"
      instance.jobs[1].weight = weight
      for formulation in Self.formulations {
        let model = try formulation.model(of: instance)
        #expect(
          model.rowLabels.filter { $0.symbol == "makespan" }.count == rows, "\(formulation.name), \(weight)")
      }
    }
  }

  private func expectRows(
    _ symbol: String, _ isThere: Bool, _ change: (inout Instance) -> Void
  ) throws {
    var instance = Instance.contractExample()
    instance.jobs[0].deadline = nil
    instance.jobs[0].rate = 0
    change(&instance)
    for formulation in Self.formulations where formulation.refusal(of: instance) == nil {
      let symbols = try symbols(formulation, instance)
      #expect(symbols.contains(symbol) == isThere, "\(formulation.name): \(instance.json())")
    }
  }

  private func symbols(_ formulation: any Formulation<SplittingProblem>, _ instance: Instance) throws -> Set<
    String
  > {
    Set(try formulation.model(of: instance).rowLabels.map(\.symbol))
  }
}

extension Instance {
  /// The same with a limit to the number of nodes that run layers.
  fileprivate func limited(toHosts limit: Int?) -> Instance {
    var limited = self
    limited.hostLimit = limit
    return limited
  }

  /// An instance in which every choice is open: a strongly connected network in which every node computes, and
  /// nothing that couples.
  static func openInstance(seed: UInt64, objective: ObjectiveKind) -> Instance {
    var random = SplitMix64(seed: seed)
    let count = Int.random(in: 2...5, using: &random)
    let nodes = (0..<count).map { node in
      Node(
        id: Name("n\(node)"), compute: Double.random(in: 1e9...1e11, using: &random),
        backlog: Bool.random(using: &random) ? 1e8 : 0)
    }
    var links: [Link] = []
    for tail in 0..<count {
      for head in 0..<count where tail != head {
        let isRing = (tail + 1) % count == head
        guard isRing || Bool.random(using: &random) else { continue }
        links.append(Link(tail: tail, head: head, bandwidth: 1e9))
      }
    }
    let dnns = (0..<2).map { dnn in
      let layers = (0..<Int.random(in: 0...4, using: &random)).map {
        Layer(name: Name("l\($0)"), work: Double.random(in: 1e6...1e9, using: &random), output: 1e5)
      }
      return DNN(name: Name("d\(dnn)"), input: 1e6, layers: layers)
    }
    let jobs = (0..<Int.random(in: 1...3, using: &random)).map { job in
      Job(
        id: Name("j\(job)"), dnn: job % 2, source: Int.random(in: 0..<count, using: &random),
        target: Int.random(in: 0..<count, using: &random), weight: job == 2 ? 0 : 1)
    }
    let waiting = Bool.random(using: &random) ? WaitingPolicy.visit : .layer
    return Instance(
      network: Network(nodes: nodes, links: links), dnns: dnns, jobs: jobs,
      options: Options(waiting: waiting, objective: objective))
  }
}
