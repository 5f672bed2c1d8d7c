import Graphs
import Pictures

/// The number of jobs that fit a page, if the caller names none.
private let mostJobs = 8

/// The pictures of splitting: plans on the network, and layered graphs.
extension PictureRequest<SplittingProblem> {
  /// - Throws: if there are no such jobs, or if the network is too large to be laid out.
  func picture() throws(PictureError) -> Picture {
    switch form {
    case .plan: try planPicture()
    case .graphviz: Picture(text: GraphvizText(instance, plan, jobs: try shownJobs()).text, notes: notes)
    case .layeredGraph: try layeredGraph()
    }
  }

  // MARK: The plan on the network

  private func planPicture() throws(PictureError) -> Picture {
    let jobs = try shownJobs()
    try checkLayout()
    let (nodes, links) = (instance.network.nodes.count, instance.network.links.count)
    let network = "\(Figures.count(nodes, "node")), \(Figures.count(links, "link"))"
    let captions = plan.map { Evaluator(instance).evaluate($0).jobs.map(\.caption) }
    let picture = PlanPicture(
      instance, plan, jobs: jobs, title: verdict ?? network, captions: captions ?? [], loads: drawnLoads)
    return Picture(text: picture.svg, notes: notes)
  }

  /// The loads under a plan whose bottleneck is the question.
  private var drawnLoads: DrawnLoads? {
    guard let plan, instance.options.objective == .bottleneck else { return nil }
    let loads = Evaluator(instance).loads(of: plan)
    let hasRates = instance.jobs.contains { $0.rate > 0 }
    func text(_ load: Double) -> String? {
      guard load > 0 else { return nil }
      return hasRates ? "busy \(Figures.percentage(load))" : "busy \(Figures.duration(load))"
    }
    let limits = loads.bottlenecks.map(\.resource)
    return DrawnLoads(
      nodes: loads.nodes.map(text), links: loads.links.map(text),
      limitingNodes: Set(loads.nodes.indices.filter { limits.contains(.node($0)) }),
      limitingLinks: Set(loads.links.indices.filter { limits.contains(.link($0)) }))
  }

  private var notes: [String] {
    guard jobs.isEmpty, plan != nil, instance.jobs.count > mostJobs else { return [] }
    return ["drawing \(mostJobs) of \(instance.jobs.count) jobs; --job chooses others"]
  }

  private func shownJobs() throws(PictureError) -> [Int] {
    if jobs.isEmpty { return Array(instance.jobs.indices.prefix(mostJobs)) }
    var shown: Set<Int> = []
    for id in jobs { shown.insert(try job(id)) }
    return shown.sorted()
  }

  private func job(_ id: String) throws(PictureError) -> Int {
    if let index = instance.jobs.firstIndex(where: { $0.id == Name(id) }) { return index }
    throw PictureError(description: "job \(TerminalText.quoted(id)): the instance has no such job")
  }

  private func checkLayout() throws(PictureError) {
    let (count, most) = (instance.network.nodes.count, PlanPicture.largestLayout)
    guard count > most, instance.network.nodes.contains(where: { $0.position == nil }) else { return }
    throw PictureError(
      description: "the network has \(count) nodes and not all have a position; up to \(most) can be laid "
        + "out. Give nodes a position, or use --dot and Graphviz's sfdp")
  }

  // MARK: The layered graph

  private func layeredGraph() throws(PictureError) -> Picture {
    let job = try onlyJob()
    try checkLayout()
    let title = "Layered graph of \(TerminalText.shortened(instance.jobs[job].id.text))"
    if let plan {
      let captions = [Evaluator(instance).evaluate(plan).jobs[job].caption]
      return picture(
        job, plan.jobs[job], title: "\(title), with its path in the plan",
        captions + (verdict.map { ["the plan: \($0)"] } ?? []))
    }
    if let verdict { return picture(job, nil, title: title, [verdict]) }
    let graph = instance.layeredGraph(ofJob: job, NetworkGraph(instance.network), instance.limits.capacities)
    guard let path = LayeredShortestPath(in: graph).plan else {
      return picture(job, nil, title: title, ["no path leads from the source to the target"])
    }
    // The evaluator computes the path's latency, and whether its layers together exceed a capacity.
    var alone = instance
    alone.jobs = [instance.jobs[job]]
    let evaluation = Evaluator(alone).evaluate(Plan(jobs: [path]))
    return picture(
      job, path, title: "\(title), with its shortest path", evaluation.jobs.map(\.caption),
      notes: evaluation.violations.map { "the shortest path is no plan: \($0)" })
  }

  private func picture(
    _ job: Int, _ path: LayeredPath?, title: String, _ captions: [String], notes: [String] = []
  ) -> Picture {
    let picture = LayeredPicture(instance, job: job, path: path, title: title, captions: captions)
    return Picture(text: picture.svg, notes: notes)
  }

  /// The job requested; an instance with one job needs no choice.
  private func onlyJob() throws(PictureError) -> Int {
    if jobs.count == 1 { return try job(jobs[0]) }
    if jobs.isEmpty, instance.jobs.count == 1 { return 0 }
    throw PictureError(
      description: "a layered graph is that of one job, but the instance has \(instance.jobs.count) jobs; "
        + "choose one")
  }
}

extension LatencyParts {
  fileprivate var caption: String { "latency \(Figures.duration(latency)) = \(sum)" }
}
