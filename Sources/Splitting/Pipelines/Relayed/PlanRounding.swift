/// Plans made of solutions of the flow program: each layer on the host with the largest share, and routes by a local search.
struct PlanRounding {
  private let original: PipelineFigures
  private let limit: Double
  private var search: WindowSearch
  private static let steps = 60

  init(_ original: PipelineFigures, _ pipeline: RelayedPipeline, seed: UInt64) {
    self.original = original
    limit = pipeline.limit
    search = WindowSearch(original, pipeline.links, seed: seed)
  }

  /// A plan and its value; `nil` if the hosts have no routes between them, or too little memory.
  mutating func plan(
    from solution: FlowMaster.Solution, _ pipeline: RelayedPipeline, mustStop: () -> Bool
  ) -> (PipelinePlan, Double)? {
    var hosts: [Int] = []
    let (n, starts) = (pipeline.nodeCount, pipeline.contraction.starts)
    for layer in 0..<pipeline.layerCount {
      let allowed = (0..<n).filter { pipeline.hosts[layer * n + $0] }
      guard let host = allowed.max(by: { solution.hosts[layer * n + $0] < solution.hosts[layer * n + $1] })
      else {
        return nil
      }
      hosts += repeatElement(host, count: starts[layer + 1] - starts[layer])
    }
    let mask = pipeline.mask
    guard search.start(hosts: hosts, reference: limit, mask: mask) else { return nil }
    if search.bestValue > limit {
      search.anneal(
        WindowSchedule(
          steps: Self.steps, steepness: (30, 40), temperature: (0.1, 0.02), reference: limit * 0.995,
          longest: 6),
        mask: mask, mustStop: mustStop)
    }
    guard search.bestValue < .infinity else { return nil }
    return (search.best.plan, search.bestValue)
  }
}
