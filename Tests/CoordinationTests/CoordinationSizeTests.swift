import LayerRoute
import TestSupport
import Testing

/// Sizes that enumeration cannot reach.
@Suite struct CoordinationSizeTests {
  private func stitched(_ values: [String: ParameterValue], seed: UInt64 = 1) throws -> CoordinationInstance {
    let family = try #require(Kinds.coordination.families.first { $0.name == "stitched" })
    return try family.instance(seed: seed, ParameterValues(values))
  }

  @Test func pathsRefusesWhatIsTooLargeWithTheNumber() throws {
    let instance = try stitched([
      "services": .integer(5), "blocks": .integer(20), "connections": .integer(200),
    ])
    let count = instance.pathCount(BlockGraph(instance))
    #expect(count > 1e6)
    let reason = try Kinds.coordination.formulation(named: "paths").refusal(of: instance)
    #expect(reason?.contains("\(Int(count))") == true, "\(reason ?? "")")
  }

  @Test func layeredRefusesMeasuredAccuracies() throws {
    let instance = try stitched(["measured": .integer(3)])
    let reason = try Kinds.coordination.formulation(named: "layered").refusal(of: instance)
    #expect(reason?.contains("measured") == true)
  }

  /// More measured paths than there are.
  @Test func aGeneratedInstanceMeasuresEachPathOnce() throws {
    for seed in UInt64(0)..<10 {
      let instance = try stitched(
        [
          "services": .integer(1), "blocks": .integer(3), "connections": .integer(1),
          "measured": .integer(50),
        ], seed: seed)
      let text = JSONWriter.text(of: CoordinationProblem.json(of: instance))
      let read = try CoordinationProblem.instance(
        from: Document.parse(Array(text.utf8), format: .json, file: "instance.json"))
      #expect(read.measured.count == 2 && read.pathCount(BlockGraph(read)) == 2, "seed \(seed): \(text)")
    }
  }

  /// More paths than whole numbers count.
  @Test func countsOfPathsDoNotOverflow() throws {
    let instance = try stitched([
      "services": .integer(8), "blocks": .integer(200), "connections": .integer(20_000),
    ])
    #expect(instance.pathCount(BlockGraph(instance)) > 1e100)
  }

  /// A path that uses nothing, but is not accurate enough, passes any number of requests; the others pass few.
  private func bypassed(rate: Double, _ paths: PathOption, measured: Bool) -> CoordinationInstance {
    var instance = CoordinationInstance(
      network: Network(nodes: [Node(id: Name("n"), capacity: 0.5)], links: []),
      services: [
        DNNService(
          name: Name("s"), host: 0, input: 2e5, accuracy: 0.8332,
          blocks: [
            Block(name: Name("a"), time: 0.003, output: 1e4),
            Block(name: Name("b"), time: 0.002, output: 2e5),
          ])
      ],
      tasks: [
        ServiceTask(id: Name("t"), service: 0, rate: rate), ServiceTask(id: Name("u"), service: 0, rate: 10),
      ], paths: paths)
    let ends = [0, 1, 3].map { BlockVertex(service: 0, position: $0) }
    instance.connections = [
      Connection(from: ends[0], to: ends[2], time: 0, penalty: measured ? 0.001 : 0.0233),
      Connection(from: ends[1], to: ends[2], time: 0, penalty: 0.01),
    ]
    for task in instance.tasks.indices { instance.tasks[task].accuracy = 0.8332 }
    if measured { instance.measured = [MeasuredPath(task: 0, blocks: [], accuracy: 0.81)] }
    return instance
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"), arguments: PathOption.allCases)
  func ratesThatNothingCanServeAreNoMatter(_ paths: PathOption) async throws {
    for (rate, measured) in [
      (1e-300, false), (1e6, false), (1e9, false), (1e12, false), (1e9, true), (1e15, true),
    ] {
      let instance = bypassed(rate: rate, paths, measured: measured)
      let moderate = bypassed(rate: min(rate, 1000), paths, measured: measured)
      let optimum = CoordinationEnumeration(moderate).optimum()
      let native = try await Kinds.coordination.solve(instance, SolveRequest(method: "native"))
      let context = "rate \(rate), measured \(measured)"
      #expect(native.file.status == .optimal, "\(context): \(native.file.objective as Any)")
      #expect(abs(-native.cost - optimum) <= 1e-6 * optimum, "\(context): \(-native.cost), not \(optimum)")
      for formulation in Kinds.coordination.formulations where formulation.refusal(of: instance) == nil {
        for solver in WorkerBackend.all where Backends.built.contains(solver.name) {
          let run = try await ModelPlanner(Kinds.coordination, formulation, solver).run(instance)
          let reward = -(run.known?.cost ?? 0)
          #expect(
            abs(reward - optimum) <= 1e-6 * optimum && -run.bound >= optimum * (1 - 1e-6),
            "\(context), \(formulation.name) with \(solver.name): \(reward), not \(optimum)")
        }
      }
    }
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"), arguments: PathOption.allCases)
  func nativeAndLayeredAgree(_ paths: PathOption) async throws {
    for seed in UInt64(1)...4 {
      let instance = try stitched(
        [
          "services": .integer(4), "blocks": .integer(8), "connections": .integer(16),
          "paths": .word(paths.rawValue), "machines": .integer(3),
          "accuracy": .number(seed % 2 == 0 ? 0.99 : 0),
        ], seed: seed)
      let native = try await Kinds.coordination.solve(instance, SolveRequest(method: "native"))
      let layered = try await Kinds.coordination.solve(instance, SolveRequest(formulation: "layered"))
      #expect(native.file.status == .optimal && layered.file.status == .optimal, "seed \(seed)")
      #expect(
        abs(native.cost - layered.cost) <= 1e-6 * abs(native.cost),
        "seed \(seed): \(native.cost), \(layered.cost)")
    }
  }
}
