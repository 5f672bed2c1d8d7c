import Documents
import GLPKBackend
import LayerRoute
import LinearModels
import Networks
import Planning
import Problems
import Solvers
import Splitting
import SplittingAlgorithms
import SplittingChecking
import TestSupport
import Testing

private let agreement = Agreement(
  WorkerBackend.all.map { $0.name == "glpk" ? InProcess(GLPKBackend()) : $0 })

/// Machines as they are: shared weights, peaks of activations, memory-bound layers and nodes that do not forward.
@Suite(.enabled(if: Backends.areThere, "needs a backend")) struct MachineTests {
  @Test(arguments: MachineFamily.allCases)
  func everyPlannerReachesTheOptimumOfEnumeration(_ family: MachineFamily) async throws {
    for seed in UInt64(0)..<30 {
      try await agreement.check(.machines(family, seed: seed), "\(family) seed \(seed)", turn: seed)
    }
  }

  /// A family's own choice of these may leave a pair out.
  @Test(arguments: [MachineFamily.relays, .parts, .together], WaitingPolicy.allCases)
  func allReachItUnderEveryPolicyAndObjective(_ family: MachineFamily, _ waiting: WaitingPolicy) async throws
  {
    for objective in ObjectiveKind.ofLatencies {
      for seed in UInt64(500)..<505 {
        var instance = Instance.machines(family, seed: seed)
        instance.options = Options(waiting: waiting, objective: objective)
        try await agreement.check(
          instance, "\(family) seed \(seed), \(waiting), \(objective)", turn: seed)
      }
    }
  }

  @Test(arguments: MachineFamily.allCases)
  func certificatesProveWhatTheyState(_ family: MachineFamily) async throws {
    var compared = 0
    for seed in UInt64(0)..<8 {
      for objective in ObjectiveKind.ofLatencies {
        let instance = Instance.machines(family, seed: seed)
        let context = "\(family) seed \(seed), \(objective)"
        let request = SolveRequest(objective: objective.rawValue, certificate: true)
        let answer = try await Kinds.splitting.solve(instance, request)
        guard answer.file.status == .optimal else { continue }
        let check = try PlanVerification(answer.file, of: instance, Kinds.splitting)
        #expect(check.findings.isEmpty, "\(context): \(check.findings)")
        let proved = try #require(check.provenBound, "\(context)")
        #expect(proved <= answer.cost * (1 + 1e-9), "\(context): \(proved)")
        compared += 1
      }
    }
    #expect(compared > 4, "\(compared)")
  }

  // MARK: Corrupted plans

  @Test(arguments: MachineFamily.allCases)
  func aMovedHostIsFound(_ family: MachineFamily) async throws {
    var changes = 0
    try await withOptima(family) { instance, answer, context in
      let ids = instance.network.nodes.map(\.id.text)
      for (place, changed) in answer.file.jsonValue.withEachString(under: "hosts", replacedBy: ids) {
        changes += 1
        let document = try Document.parse(
          Array(JSONWriter.text(of: changed).utf8), format: .json, file: "plan")
        let check = try PlanVerification(document, of: instance, Kinds.splitting)
        #expect(!check.findings.isEmpty, "\(context): \(place)")
      }
    }
    #expect(changes > 20, "\(changes)")
  }

  /// A node that has exactly what it holds is enough, and one layer's weights less are too little.
  @Test(arguments: [MachineFamily.sharedWeights, .ownWeights, .parts, .transfers, .together])
  func memoryThatLacksTheWeightsOfOneLayerIsExceeded(_ family: MachineFamily) async throws {
    var tried = 0
    try await withOptima(family) { instance, answer, context in
      let hosts = try #require(answer.plan).jobs.map(\.hosts)
      let held = instance.memoryHeld(hosts: hosts)
      for (job, host, layer) in placements(hosts) {
        let weights = instance.dnn(ofJob: job).layers[layer].weights
        guard weights > 0 else { continue }
        tried += 1
        var machine = instance
        machine.network.nodes[host].memory = held[host]
        let exact = try PlanVerification(answer.file, of: machine, Kinds.splitting)
        #expect(exact.findings.isEmpty, "\(context), node \(host): \(exact.findings)")
        machine.network.nodes[host].memory = held[host] - weights
        let short = try PlanVerification(answer.file, of: machine, Kinds.splitting)
        let id = instance.network.nodes[host].id.text
        #expect(
          short.findings.contains { $0.hasPrefix("memory: node \"\(id)\"") && $0.contains("weights") },
          "\(context), node \(host), job \(job), layer \(layer): \(short.findings)")
      }
    }
    #expect(tried > 20, "\(tried)")
  }

  /// A job's largest activations on a node count, and the others there do not.
  @Test(arguments: [MachineFamily.peaks, .parts, .together])
  func memoryThatLacksAPeakIsExceeded(_ family: MachineFamily) async throws {
    var tried = 0
    try await withOptima(family) { instance, answer, context in
      let hosts = try #require(answer.plan).jobs.map(\.hosts)
      let held = instance.memoryHeld(hosts: hosts)
      for job in hosts.indices {
        for host in Set(hosts[job]) {
          let layers = hosts[job].indices.filter { hosts[job][$0] == host }
          let peak = layers.map { instance.dnn(ofJob: job).layers[$0].activations }.max() ?? 0
          guard peak > 0 else { continue }
          tried += 1
          var machine = instance
          machine.network.nodes[host].memory = held[host]
          let exact = try PlanVerification(answer.file, of: machine, Kinds.splitting)
          #expect(exact.findings.isEmpty, "\(context), node \(host): \(exact.findings)")
          machine.network.nodes[host].memory = held[host] - peak * 0.01
          let short = try PlanVerification(answer.file, of: machine, Kinds.splitting)
          #expect(
            short.findings.contains { $0.hasPrefix("memory: ") && $0.contains("activations") },
            "\(context), node \(host), job \(job): \(short.findings)")
        }
      }
    }
    #expect(tried > 20, "\(tried)")
  }

  /// A route's first and last node need not be relays; every other one has to be.
  @Test(arguments: MachineFamily.allCases)
  func aPassedNodeHasToBeARelay(_ family: MachineFamily) async throws {
    var (passed, ends) = (0, 0)
    try await withOptima(family) { instance, answer, context in
      let routes = try #require(answer.plan).jobs.flatMap(\.routes)
      let inner = Set(routes.flatMap { $0.dropFirst().dropLast() })
      for node in instance.network.nodes.indices {
        var machine = instance
        machine.network.nodes[node].isRelay = false
        let check = try PlanVerification(answer.file, of: machine, Kinds.splitting)
        if inner.contains(node) {
          passed += 1
          #expect(
            check.findings.contains { $0.contains("relay") }, "\(context), node \(node): \(check.findings)")
        } else {
          ends += 1
          #expect(check.findings.isEmpty, "\(context), node \(node): \(check.findings)")
        }
      }
    }
    #expect(passed > 0 && ends > 20, "\(passed), \(ends)")
  }

  // MARK: What must not change

  @Test(arguments: MachineFamily.allCases)
  func whatIsWrittenIsReadBackEqual(_ family: MachineFamily) throws {
    for seed in UInt64(0)..<20 {
      let instance = Instance.machines(family, seed: seed)
      let text = Array(instance.json().utf8)
      for format in FileFormat.allCases {
        #expect(try Instance.parse(text, format: format) == instance, "\(family) seed \(seed)")
      }
    }
  }

  /// Keys that bound nothing change no model: traffic without a bandwidth, a bandwidth without traffic, and weights and
  /// activations where memory is not limited.
  @Test(arguments: Coupling.allCases)
  func keysThatBoundNothingLeaveTheModelsAsTheyAre(_ coupling: Coupling) async throws {
    for seed in UInt64(0)..<12 {
      let plain = Instance.random(seed: seed, coupling)
      let isLimited = plain.network.nodes.contains { $0.memory != nil }
      var moved = plain
      var bandwidths = plain
      for node in plain.network.nodes.indices { bandwidths.network.nodes[node].memoryBandwidth = 1 }
      for dnn in plain.dnns.indices {
        for layer in plain.dnns[dnn].layers.indices {
          moved.dnns[dnn].layers[layer].traffic = 1e12
          if isLimited { continue }
          moved.dnns[dnn].layers[layer].weights = 1e12
          moved.dnns[dnn].layers[layer].activations = 1e13
        }
      }
      try await expectSameModels(plain, moved, "\(coupling) seed \(seed), traffic")
      try await expectSameModels(plain, bandwidths, "\(coupling) seed \(seed), bandwidths")
    }
  }

  /// Where one job alone runs a DNN, its weights are memory that adds up, and so are activations of one layer.
  @Test(arguments: [Coupling.memory, .together])
  func aJobAloneNeedsNoRowsForItsWeights(_ coupling: Coupling) async throws {
    var compared = 0
    for seed in UInt64(0)..<12 {
      var plain = Instance.random(seed: seed, coupling)
      plain.jobs = plain.dnns.indices.compactMap { dnn in plain.jobs.first { $0.dnn == dnn } }
      if plain.jobs.isEmpty { continue }
      compared += 1
      var weights = plain
      var activations = plain
      for dnn in plain.dnns.indices {
        for (layer, figures) in plain.dnns[dnn].layers.enumerated() {
          weights.dnns[dnn].layers[layer].weights = figures.memory
          weights.dnns[dnn].layers[layer].memory = 0
        }
        guard let layer = plain.dnns[dnn].layers.indices.last else { continue }
        activations.dnns[dnn].layers[layer].activations = plain.dnns[dnn].layers[layer].memory
        activations.dnns[dnn].layers[layer].memory = 0
      }
      try await expectSameModels(plain, weights, "\(coupling) seed \(seed), weights")
      try await expectSameModels(plain, activations, "\(coupling) seed \(seed), activations of one layer")
    }
    #expect(compared > 6, "\(compared)")
  }

  // MARK: How

  private func withOptima(
    _ family: MachineFamily, _ check: (Instance, Answer<SplittingProblem>, String) throws -> Void
  ) async throws {
    for seed in UInt64(0)..<40 {
      let instance = Instance.machines(family, seed: seed)
      let answer = try await Kinds.splitting.solve(instance)
      if answer.file.status == .optimal { try check(instance, answer, "\(family) seed \(seed)") }
    }
  }

  private func placements(_ hosts: [[Int]]) -> [(job: Int, host: Int, layer: Int)] {
    hosts.enumerated().flatMap { job, hosts in hosts.enumerated().map { (job, $1, $0) } }
  }

  private func expectSameModels(_ left: Instance, _ right: Instance, _ context: String) async throws {
    for formulation in Kinds.splitting.formulations {
      let refusal = formulation.refusal(of: left)
      #expect(formulation.refusal(of: right) == refusal, "\(context): \(formulation.name)")
      guard refusal == nil else { continue }
      #expect(
        try await text(left, formulation.name) == text(right, formulation.name),
        "\(context): \(formulation.name)")
    }
  }

  /// The model as a file; the error's text where there is none.
  private func text(_ instance: Instance, _ formulation: String) async throws -> String {
    do {
      return try await Kinds.splitting.model(of: instance, formulation: formulation).lpText()
    } catch {
      return "\(error)"
    }
  }
}

extension JSONValue {
  /// Copies in each of which one string of the lists with a key is another one of `texts`, with its place.
  fileprivate func withEachString(
    under key: String, replacedBy texts: [String], isUnder: Bool = false
  ) -> [(place: String, value: JSONValue)] {
    switch self {
    case .string(let text):
      return isUnder ? texts.filter { $0 != text }.map { (" to \($0)", .string($0)) } : []
    case .array(let elements):
      return elements.indices.flatMap { index in
        elements[index].withEachString(under: key, replacedBy: texts, isUnder: isUnder).map { place, value in
          var copy = elements
          copy[index] = value
          return ("[\(index)]\(place)", .array(copy))
        }
      }
    case .object(let members):
      return members.indices.flatMap { index in
        let (name, value) = (members[index].key, members[index].value)
        let changes = value.withEachString(under: key, replacedBy: texts, isUnder: name == key)
        return changes.map { place, value in
          var copy = members
          copy[index].value = value
          return (place: ".\(name)\(place)", value: JSONValue.object(copy))
        }
      }
    case .null, .boolean, .number: return []
    }
  }
}
