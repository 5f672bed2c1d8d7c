import ArgumentParser
import Documents
import Foundations
import LayerRoute
import Networks
import Pictures
import Planning
import Splitting
import SplittingChecking

struct Plot: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw a network, and a plan upon it.",
    discussion: """
      The picture (SVG) shows the network with the jobs' routes and hosts, and under it the DNN of each job as a strip of \
      layers in the colours of their hosts, with the sizes of the tensors between them. Nodes are drawn at their `position`; \
      those without one are laid out so that neighbours lie together.

      With --dot the network and the routes are written for Graphviz instead: `neato -n` keeps positions, `sfdp` lays out \
      large networks.
      """)

  @OptionGroup var instance: InstanceOptions

  @Argument(
    help: "The plan, as `layerroute solve -o` writes it; without one the network alone is drawn.",
    completion: .file(extensions: ["json"]))
  var plan: String?

  @Option(
    name: .shortAndLong, help: "Write the picture to this file instead of standard output.",
    completion: .file(extensions: ["svg", "dot"]))
  var output: String?

  @Flag(help: "Write the language of Graphviz instead of SVG.")
  var dot = false

  @Option(
    name: .customLong("job"),
    help: ArgumentHelp("Draw this job; once for each. (default: the first eight)", valueName: "id"))
  var jobs: [String] = []

  func run() throws {
    let instance = try SplittingProblem.instance(from: self.instance.document())
    if let output {
      try OutputFile.check(output, notReplacing: [self.instance.file, plan].compactMap(\.self))
    }
    let drawing = try drawing(of: instance)
    let shown = try shownJobs(of: instance)
    if dot {
      try Console.write(GraphvizText(instance, drawing.plan, jobs: shown).text, to: output)
      return
    }
    let count = instance.network.nodes.count
    if count > PlanPicture.largestLayout, instance.network.nodes.contains(where: { $0.position == nil }) {
      throw UsageError(
        message:
          "the network has \(count) nodes and not all have a position; up to \(PlanPicture.largestLayout) can be "
          + "laid out. Give nodes a position, or use --dot and Graphviz's sfdp")
    }
    let picture = PlanPicture(
      instance, drawing.plan, jobs: shown, title: drawing.title, captions: drawing.captions)
    try Console.write(picture.svg, to: output)
  }

  /// The plan and what is written beside it.
  private struct Drawing {
    var plan: Plan?
    var title: String
    var captions: [String] = []
  }

  private func drawing(of instance: Instance) throws(InputError) -> Drawing {
    let (nodes, links) = (instance.network.nodes.count, instance.network.links.count)
    let network = "\(nodes) \(nodes == 1 ? "node" : "nodes"), \(links) \(links == 1 ? "link" : "links")"
    guard let file = plan else { return Drawing(plan: nil, title: network) }
    let document = try Document.read(file: file)
    let head = try SplittingProblem.head(of: document)
    guard head.status.hasPlan else {
      let reason = head.reason.map { " (\(TerminalText.shortened($0)))" } ?? ""
      return Drawing(plan: nil, title: "\(head.status.rawValue)\(reason)")
    }
    let check = try PlanVerification(document, of: instance, Kinds.splitting)
    guard let plan = check.plan, let assessment = check.assessment, assessment.canBeCarriedOut else {
      throw InputError(
        file: file, path: "jobs", message: check.findings.first ?? "this is no plan of the instance")
    }
    let evaluation = Evaluator(check.instance).evaluate(plan)
    for finding in check.findings { Console.complain("warning: the plan is wrong: \(finding)") }
    let kind = check.instance.options.objective
    let value = "\(kind.rawValue) \(Figures.duration(evaluation.objective(kind)))"
    let verdict = check.findings.isEmpty ? head.status.rawValue : "a plan that is wrong: see verify"
    return Drawing(
      plan: plan, title: "\(value), \(verdict)", captions: evaluation.jobs.map(Self.caption))
  }

  private static func caption(_ parts: LatencyParts) -> String {
    "latency \(Figures.duration(parts.latency)) = compute \(Figures.duration(parts.compute)) + transfer "
      + "\(Figures.duration(parts.transfer)) + propagation \(Figures.duration(parts.propagation)) + waiting "
      + Figures.duration(parts.waiting)
  }

  /// As many as a page holds, unless the caller says which.
  private static let mostJobs = 8

  private func shownJobs(of instance: Instance) throws(UsageError) -> [Int] {
    if jobs.isEmpty {
      let count = instance.jobs.count
      if plan != nil, count > Self.mostJobs {
        Console.complain("drawing \(Self.mostJobs) of \(count) jobs; --job chooses others")
      }
      return Array(instance.jobs.indices.prefix(Self.mostJobs))
    }
    var shown: Set<Int> = []
    for id in jobs {
      guard let index = instance.jobs.firstIndex(where: { $0.id == Name(id) }) else {
        throw UsageError(message: "--job \(TerminalText.quoted(id)): the instance has no such job")
      }
      shown.insert(index)
    }
    return shown.sorted()
  }
}
