import Foundations
import Graphs
import Pictures
import Problems
import Splitting
import SplittingChecking

/// The pictures of splitting: plans on the network, and layered graphs.
struct SplittingPictures {
  private let request: PictureRequest<SplittingProblem>
  private var instance: Instance { request.instance }

  /// The number of jobs that fit a page, if the caller names none.
  private static let mostJobs = 8

  init(_ request: PictureRequest<SplittingProblem>) { self.request = request }

  /// - Throws: if there are no such jobs, or if the network is too large to be laid out.
  func picture() throws(PictureError) -> Picture {
    switch request.form {
    case .plan: try plan()
    case .graphviz: try graphviz()
    case .layeredGraph: try layeredGraph()
    }
  }

  // MARK: The plan on the network

  private func plan() throws(PictureError) -> Picture {
    let jobs = try shownJobs()
    try checkLayout()
    let (nodes, links) = (instance.network.nodes.count, instance.network.links.count)
    let network = "\(nodes) \(nodes == 1 ? "node" : "nodes"), \(links) \(links == 1 ? "link" : "links")"
    let captions = request.plan.map { Evaluator(instance).evaluate($0).jobs.map(Self.caption) }
    let picture = PlanPicture(
      instance, request.plan, jobs: jobs, title: request.verdict ?? network, captions: captions ?? [])
    return Picture(text: picture.svg, notes: notes)
  }

  private func graphviz() throws(PictureError) -> Picture {
    Picture(text: GraphvizText(instance, request.plan, jobs: try shownJobs()).text, notes: notes)
  }

  private static func caption(_ parts: LatencyParts) -> String {
    "latency \(Figures.duration(parts.latency)) = compute \(Figures.duration(parts.compute)) + transfer "
      + "\(Figures.duration(parts.transfer)) + propagation \(Figures.duration(parts.propagation)) + waiting "
      + Figures.duration(parts.waiting)
  }

  private var notes: [String] {
    let count = instance.jobs.count
    guard request.jobs.isEmpty, request.plan != nil, count > Self.mostJobs else { return [] }
    return ["drawing \(Self.mostJobs) of \(count) jobs; --job chooses others"]
  }

  private func shownJobs() throws(PictureError) -> [Int] {
    if request.jobs.isEmpty { return Array(instance.jobs.indices.prefix(Self.mostJobs)) }
    var shown: Set<Int> = []
    for id in request.jobs { shown.insert(try job(id)) }
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
    if let plan = request.plan {
      let parts = Evaluator(instance).evaluate(plan).jobs[job]
      var captions = [Self.caption(parts)]
      if let verdict = request.verdict { captions.append("the plan: \(verdict)") }
      return picture(job, plan.jobs[job], title: "\(title), with its path in the plan", captions)
    }
    if let verdict = request.verdict { return picture(job, nil, title: title, [verdict]) }
    let graph = instance.layeredGraph(
      ofJob: job, NetworkGraph(instance.network), instance.limits.capacities)
    guard let path = LayeredShortestPath(in: graph).plan else {
      return picture(job, nil, title: title, ["no path leads from the source to the target"])
    }
    // The evaluator computes the path's latency, and whether its layers together exceed a capacity.
    var alone = instance
    alone.jobs = [instance.jobs[job]]
    let evaluation = Evaluator(alone).evaluate(Plan(jobs: [path]))
    return picture(
      job, path, title: "\(title), with its shortest path", evaluation.jobs.map(Self.caption),
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
    if request.jobs.count == 1 { return try job(request.jobs[0]) }
    if request.jobs.isEmpty, instance.jobs.count == 1 { return 0 }
    throw PictureError(
      description: "a layered graph is that of one job, but the instance has \(instance.jobs.count) jobs; "
        + "choose one")
  }
}
