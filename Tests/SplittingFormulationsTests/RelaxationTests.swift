import Foundations
import LayerRoute
import LinearModels
import Networks
import Splitting
import SplittingAlgorithms
import SplittingFormulations
import TestSupport
import Testing

/// The claims of formulations/relaxations.md about the values of the linear relaxations.
@Suite(.enabled(if: Solvers.first != nil, "needs a backend")) struct RelaxationTests {
  /// Where nothing is left out three relaxations are the same, and `assignment` is no stronger.
  @Test(arguments: SampleFamily.allCases)
  func threeAreEqualAndAssignmentIsNoStronger(_ family: SampleFamily) async throws {
    var (checked, withoutRoutes) = (0, 0)
    for seed in UInt64(0)..<40 {
      var instance = family.instance(seed: seed)
      // Late pairs of hosts would be left out.
      for job in instance.jobs.indices { instance.jobs[job].deadline = nil }
      let choices = try SplittingChoices(instance)
      guard choices.lowerBound < .infinity else { continue }
      checked += 1
      let context = "\(family) seed \(seed): \(instance.json())"
      let layered = try await relaxation("layered", choices)
      let pairflow = try await relaxation("pairflow", choices)
      #expect(same(pairflow, layered), "\(context): \(pairflow), not \(layered)")
      guard let weak = try await relaxationUnlessRefused("assignment", choices),
        let tight = try await relaxationUnlessRefused("assignment-tight", choices)
      else { continue }
      withoutRoutes += 1
      #expect(same(tight, layered), "\(context): \(tight), not \(layered)")
      #expect(isAtLeast(tight, weak), "\(context): \(weak), above \(tight)")
    }
    #expect(checked > 20, "\(checked) instances with plans")
    // Formulations whose routes are fixed beforehand refuse most instances where links can be full.
    #expect(withoutRoutes > (family.loadsLinks ? 0 : 20), "\(withoutRoutes)")
  }

  @Test func pruningKeepsTheOrder() async throws {
    var (checked, withoutRoutes) = (0, 0)
    for family in SampleFamily.allCases {
      for seed in UInt64(0)..<40 {
        let instance = family.instance(seed: seed)
        guard let known = ResidualRouting(instance).outcome().plan else { continue }
        checked += 1
        let choices = try SplittingChoices(instance).limited(to: known.cost)
        let context = "\(family) seed \(seed): \(instance.json())"
        let layered = try await relaxation("layered", choices)
        let pairflow = try await relaxation("pairflow", choices)
        #expect(isAtLeast(pairflow, layered), "\(context): \(pairflow), below \(layered)")
        guard let weak = try await relaxationUnlessRefused("assignment", choices),
          let tight = try await relaxationUnlessRefused("assignment-tight", choices)
        else { continue }
        withoutRoutes += 1
        #expect(isAtLeast(tight, weak), "\(context): \(tight), below \(weak)")
        #expect(isAtLeast(tight, layered), "\(context): \(tight), below \(layered)")
      }
    }
    #expect(
      checked > 300 && withoutRoutes > 200, "\(checked) plans, \(withoutRoutes) of them without link load")
  }

  /// Both layers of the large job on the slow node is a pair that no plan of 9.2 s uses, although each of them may
  /// be there.
  @Test func pruningPairsCanMakeARelaxationStronger() async throws {
    let instance = Instance.largeJobBesideSmall
    #expect(agree(try #require(BruteForce(instance).optimum()), 9.2))
    for (name, value) in try await relaxations(instance) where name != "assignment" {
      #expect(abs(value - 8.6) <= 1e-4, "\(name): \(value)")
    }
    for (name, value) in try await relaxations(instance, upperBound: 9.2) where name != "assignment" {
      #expect(abs(value - (name == "layered" ? 8.6 : 8.7)) <= 1e-4, "\(name): \(value)")
    }
    var late = instance
    late.jobs[0].deadline = 8
    for (name, value) in try await relaxations(late) where name != "assignment" {
      #expect(abs(value - (name == "layered" ? 8.6 : 8.7)) <= 1e-4, "late, \(name): \(value)")
    }
  }

  @Test func halvesMakeAssignmentTransfersFree() async throws {
    let instance = Instance.pairOfChoices
    #expect(BruteForce(instance).optimum() == 1)
    let values = try await relaxations(instance)
    for (name, value) in values {
      #expect(abs(value - (name == "assignment" ? 0 : 1)) <= 1e-6, "\(name): \(value)")
    }
  }

  @Test func noRelaxationIsExactWhereMemoryCouples() async throws {
    let instance = Instance.oneSeatForTwo
    #expect(BruteForce(instance).optimum() == 4)
    let values = try await relaxations(instance)
    // Constraints allow a relative 1e-6 more.
    for (name, value) in values { #expect(abs(value - 3) <= 1e-5, "\(name): \(value)") }
  }

  // MARK: Machines as they are

  /// The short way between two hosts leads through a node that forwards nothing, on which both layers may run.
  @Test(arguments: [WaitingPolicy.visit, .layer])
  func noPartOfAFlowPassesANodeThatForwardsNothing(_ waiting: WaitingPolicy) async throws {
    var instance = Instance.shortWayThroughAHost
    instance.options.waiting = waiting
    #expect(agree(try #require(BruteForce(instance).optimum()), 4))
    for (name, value) in try await relaxations(instance) where name != "assignment" {
      #expect(abs(value - 4) <= 1e-6, "\(name): \(value)")
    }
    instance.network.nodes[1].isRelay = true
    for (name, value) in try await relaxations(instance) where name != "assignment" {
      #expect(abs(value - 2.2) <= 1e-6, "\(name), passing: \(value)")
    }
  }

  @Test func oneRowAHolderIsStrongerThanTheirSum() async throws {
    let instance = Instance.weightsOfTwo
    #expect(BruteForce(instance).optimum() == 5)
    for (name, value) in try await relaxations(instance) {
      #expect(abs(value - 4) <= 1e-5, "\(name): \(value)")
    }
    let choices = try SplittingChoices(instance)
    let sums = try LayeredFormulation().encoding(of: choices).model.withSumsOfHolders()
    let value = try #require(try await Solvers.value(sums.scaled(objectiveMagnitude: 5).relaxed()))
    #expect(abs(value - 3) <= 1e-5, "\(value)")
  }

  @Test func sumsOfHoldersAreNeverStronger() async throws {
    var (checked, weaker) = (0, 0)
    for family in [MachineFamily.sharedWeights, .parts] {
      for seed in UInt64(0)..<60 {
        let instance = Instance.machines(family, seed: seed)
        let encoding = try LayeredFormulation().encoding(of: SplittingChoices(instance))
        guard encoding.model.columnLabels.contains(where: { $0.symbol == "h" }) else { continue }
        let magnitude = encoding.objectiveMagnitude
        let sums = try encoding.model.withSumsOfHolders().scaled(objectiveMagnitude: magnitude)
        guard let each = try await Solvers.value(encoding.scaledModel.relaxed()) else { continue }
        let context = "\(family) seed \(seed): \(instance.json())"
        let value = try #require(try await Solvers.value(sums.relaxed()), "\(context)")
        #expect(isAtLeast(each, value), "\(context): \(each), below \(value)")
        checked += 1
        if !same(each, value) { weaker += 1 }
      }
    }
    #expect(checked > 30 && weaker > 0, "\(checked), \(weaker) of them weaker")
  }

  private func relaxations(
    _ instance: Instance, upperBound: Double? = nil
  ) async throws -> [(String, Double)] {
    var choices = try SplittingChoices(instance)
    if let upperBound { choices = choices.limited(to: upperBound) }
    var values: [(String, Double)] = []
    for name in ["assignment", "assignment-tight", "pairflow", "layered"] {
      values.append((name, try await relaxation(name, choices)))
    }
    return values
  }

  private func relaxationUnlessRefused(_ name: String, _ choices: SplittingChoices) async throws -> Double? {
    let formulation = try Kinds.splitting.formulation(named: name)
    return formulation.refusal(of: choices.instance) == nil ? try await relaxation(name, choices) : nil
  }

  /// The value of the relaxation [s]; infinite where it is infeasible.
  private func relaxation(_ name: String, _ choices: SplittingChoices) async throws -> Double {
    let model = try Kinds.splitting.formulation(named: name).encoding(of: choices).scaledModel
    return try await Solvers.value(model.relaxed()) ?? .infinity
  }

  private func isAtLeast(_ left: Double, _ right: Double) -> Bool { left >= right * (1 - 1e-6) - 1e-9 }

  private func same(_ left: Double, _ right: Double) -> Bool {
    left == right || abs(left - right) <= 1e-6 * max(left, right) + 1e-9
  }
}

extension Instance {
  /// Two layers of two hosts each, any two of them 1 s apart.
  fileprivate static var pairOfChoices: Instance {
    let nodes = ["s", "a", "b", "c", "d"].map { Node(id: $0, compute: $0 == "s" ? 0 : 1) }
    var links: [Link] = []
    for first in [1, 2] {
      links.append(Link(tail: 0, head: first, bandwidth: 1))
      for second in [3, 4] { links.append(Link(tail: first, head: second, bandwidth: 8)) }
    }
    for second in [3, 4] { links.append(Link(tail: second, head: 0, bandwidth: 1)) }
    let layers = [Layer(name: "l1", work: 0, output: 1), Layer(name: "l2", work: 0, output: 0)]
    let job = Job(
      id: "j", dnn: 0, source: 0, target: 0,
      hosts: [HostRule(layer: 0, nodes: [1, 2]), HostRule(layer: 1, nodes: [3, 4])])
    return Instance(
      network: Network(nodes: nodes, links: links), dnns: [DNN(name: "d", input: 0, layers: layers)],
      jobs: [job])
  }

  /// Two jobs, and a fast node with room for one of them.
  fileprivate static var oneSeatForTwo: Instance {
    let nodes = [Node(id: "a", compute: 3, memory: 3), Node(id: "b", compute: 1)]
    let links = [(0, 1), (1, 0)].map { Link(tail: $0, head: $1, bandwidth: 1) }
    let layer = Layer(name: "l", work: 3, output: 0, memory: 2)
    let jobs = ["j1", "j2"].map { Job(id: $0, dnn: 0, source: 0, target: 0) }
    return Instance(
      network: Network(nodes: nodes, links: links), dnns: [DNN(name: "d", input: 0, layers: [layer])],
      jobs: jobs)
  }

  /// On a fast node with 3.5 B, a job of two layers that need 3 B each, and one of a layer that needs 1 B; a slow node
  /// takes twice as long.
  fileprivate static var largeJobBesideSmall: Instance {
    let nodes = [Node(id: "fast", compute: 2, memory: 3.5), Node(id: "slow", compute: 1)]
    let links = [(0, 1), (1, 0)].map { Link(tail: $0, head: $1, bandwidth: 1) }
    let large = ["l1", "l2"].map { Layer(name: $0, work: 4.8, output: 0, memory: 3) }
    let small = [Layer(name: "l1", work: 2, output: 0, memory: 1)]
    return Instance(
      network: Network(nodes: nodes, links: links),
      dnns: [DNN(name: "large", input: 0, layers: large), DNN(name: "small", input: 0, layers: small)],
      jobs: [0, 1].map { Job(id: Name("j\($0)"), dnn: $0, source: 0, target: 0) })
  }
}

extension Instance {
  /// From s to t it is 0.2 s by u, which forwards nothing and takes 10 s for a layer, and 2 s by w; s and t take
  /// 1 s for theirs.
  fileprivate static var shortWayThroughAHost: Instance {
    let nodes = ["s", "u", "t", "w"].map { Node(id: $0, compute: $0 == "w" ? 0 : 1, isRelay: $0 != "u") }
    let links = [(0, 1, 0.1), (1, 2, 0.1), (0, 3, 1), (3, 2, 1)].map {
      Link(tail: $0.0, head: $0.1, bandwidth: 1, latency: $0.2)
    }
    let layers = [(Name("l1"), 0), (Name("l2"), 2)].map { name, host in
      let times = [MeasuredTime(node: host, seconds: 1), MeasuredTime(node: 1, seconds: 10)]
      return Layer(name: name, output: 0, times: times)
    }
    var network = Network(nodes: nodes, links: links)
    // Entering u to compute waits, however little.
    network.nodes[1].backlog = 1e-9
    return Instance(
      network: network, dnns: [DNN(name: "d", input: 0, layers: layers)],
      jobs: [Job(id: "j", dnn: 0, source: 0, target: 2)])
  }

  /// Each job takes 1 s at home and 3 s elsewhere. Node a, home of the first and the third, has 3 B; the first two
  /// need 2 B of weights, which they share, and the third needs 2 B of its own.
  fileprivate static var weightsOfTwo: Instance {
    let nodes = [Node(id: "a", compute: 1, memory: 3), Node(id: "b", compute: 1)]
    let links = [(0, 1), (1, 0)].map { Link(tail: $0, head: $1, bandwidth: 1, latency: 1) }
    let shared = Layer(name: "l", work: 1, output: 0, weights: 2)
    let own = Layer(name: "l", work: 1, output: 0, memory: 2)
    let jobs = [("j1", 0, 0), ("j2", 0, 1), ("j3", 1, 0)].map { name, dnn, home in
      Job(id: Name(name), dnn: dnn, source: home, target: home)
    }
    return Instance(
      network: Network(nodes: nodes, links: links),
      dnns: [DNN(name: "shared", input: 0, layers: [shared]), DNN(name: "own", input: 0, layers: [own])],
      jobs: jobs)
  }
}

extension CompiledModel {
  /// The same with n h[d,l,u] >= sum over j of x[j,l,u] in place of the n rows `hold` of each h.
  fileprivate func withSumsOfHolders() throws -> CompiledModel {
    var sumRow = Array(Int32(0)..<Int32(rowCount))
    func entries(_ column: Int) -> Range<Int> { Int(columnStarts[column])..<Int(columnStarts[column + 1]) }
    for column in 0..<columnCount where columnLabels[column].symbol == "h" {
      let holds = entries(column).map { rowIndices[$0] }.filter { rowLabels[Int($0)].symbol == "hold" }
      for row in holds { sumRow[Int(row)] = holds[0] }
    }
    var (starts, rows, values): ([Int32], [Int32], [Double]) = ([0], [], [])
    for column in 0..<columnCount {
      let moved = entries(column).map { (sumRow[Int(rowIndices[$0])], coefficients[$0]) }
      let sums = Dictionary(moved, uniquingKeysWith: +)
      rows += sums.keys.sorted()
      values += sums.keys.sorted().compactMap { sums[$0] }
      starts.append(Int32(rows.count))
    }
    return try CompiledModel(
      name: name, columnStarts: starts, rowIndices: rows, coefficients: values, columnLower: columnLower,
      columnUpper: columnUpper, isInteger: isInteger, objective: objective,
      objectiveConstant: objectiveConstant, rowSenses: rowSenses, rightHandSides: rightHandSides)
  }
}
