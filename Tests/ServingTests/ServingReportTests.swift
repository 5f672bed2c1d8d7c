import LayerRoute
import Testing

/// What a plan says to people: why nothing flows, and the figures in its picture.
@Suite struct ServingReportTests {
  private static func cluster(
    layers: Int = 2, sizes: [[Int]] = [[1], [1]], links: [(ServingInstance.End, ServingInstance.End)],
    isPartial: Bool = false
  ) -> ServingInstance {
    ServingInstance(
      layers: layers,
      machines: sizes.enumerated().map { machine, sizes in
        ServingInstance.Machine(Name("m\(machine)"), .own(sizes.map { (held: $0, rate: 10) }))
      }, links: links.map { ServingInstance.Link($0, $1, .capacity(5)) }, isPartial: isPartial)
  }

  private static let row: [(ServingInstance.End, ServingInstance.End)] = [
    (.source, .machine(0)), (.machine(0), .machine(1)), (.machine(1), .sink),
  ]

  @Test func aClusterThatCannotServeSaysWhy() async throws {
    let cases: [(ServingInstance, String)] = [
      (Self.cluster(sizes: [[3], []], links: Self.row), "no machine can hold any of the 2 layers"),
      (Self.cluster(links: Array(Self.row.dropFirst())), "no link leads from the source"),
      (Self.cluster(links: Array(Self.row.dropLast())), "to the sink"),
      (
        Self.cluster(links: [Self.row[0], Self.row[2]]), "no path of links leads from the source to the sink"
      ),
      (Self.cluster(layers: 5, sizes: [[1], [2]], links: Self.row), "can hold 3 of the 5 layers together"),
      (
        Self.cluster(layers: 5, sizes: [[2], [2, 4]], links: Self.row),
        "on no path of links from the source to the sink do machines hold 5 layers together"
      ),
    ]
    for (instance, words) in cases {
      let answer = try await Kinds.serving.solve(instance, SolveRequest(method: "native"))
      #expect(answer.file.status == .optimal && answer.cost == 0)
      let plan = ServingPlan(placement: Placement(machineCount: instance.machines.count), flows: [])
      let text = Kinds.serving.text(plan, instance)
      #expect(text.contains("Nothing can flow: ") && text.contains(words), "\(text)")
      #expect(ServingEvaluator(instance).assess(plan).remarks().contains { $0.contains(words) })
    }
    // With partial inference the second machine takes what is left.
    let partial = Self.cluster(layers: 5, sizes: [[2], [2, 4]], links: Self.row, isPartial: true)
    #expect(ServingEvaluator(partial).obstacle == nil)
  }

  /// What is said to stop all flow does so, and most clusters without flow have a reason.
  @Test func nothingFlowsWhereAReasonIsGiven() {
    var (without, explained) = (0, 0)
    for seed in UInt64(30_000)..<30_600 {
      let instance = ServingSamples.instance(seed: seed)
      let (optimum, obstacle) = (ServingBruteForce(instance).value, ServingEvaluator(instance).obstacle)
      #expect(obstacle == nil || optimum == 0, "seed \(seed): \(obstacle ?? ""), but \(optimum) can flow")
      if optimum == 0 {
        without += 1
        if obstacle != nil { explained += 1 }
      }
    }
    #expect(without > 50 && 10 * explained >= 9 * without, "\(explained) of \(without)")
  }

  /// What machines pass, could pass, and take from several others can be read without a tooltip.
  @Test func thePictureShowsTheFigures() throws {
    // The first machine feeds the other two, which feed the last one.
    let links: [(ServingInstance.End, ServingInstance.End)] = [
      (.source, .machine(0)), (.machine(0), .machine(1)), (.machine(0), .machine(2)),
      (.machine(1), .machine(3)), (.machine(2), .machine(3)), (.machine(3), .sink),
    ]
    let instance = Self.cluster(layers: 3, sizes: [[1], [1], [1], [1]], links: links)
    var placement = Placement(machineCount: 4)
    (placement.first, placement.held) = ([0, 1, 1, 2], [1, 1, 1, 1])
    let rates = [5.0, 2, 3, 2, 3, 5]
    let plan = ServingPlan(
      placement: placement, flows: zip(links, rates).map { ServingPlan.Flow($0.0, $0.1, rate: $1) })
    #expect(ServingEvaluator(instance).assess(plan).violations.isEmpty)
    let draw = try #require(Kinds.serving.picture)
    var request = PictureRequest<ServingProblem>(.plan, of: instance)
    request.plan = plan
    let text = try draw(request).text
    for word in [">passes<", ">of<", ">5<", ">10<", ">2 + 3<"] {
      #expect(text.contains(word), "\(word) is missing in \(text)")
    }
  }
}
