import ArgumentParser
import Foundation
import LayerRoute

struct Plot: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw an instance with a plan, or the layered graph of a job.",
    usage: """
      layerroute plot <file> [<plan>] [<options>]
      layerroute plot --layered <file> <job> [<plan>] [<options>]
      """,
    discussion: """
      The picture (SVG) shows the network with the hosts and routes of the jobs. Below it, the DNN of each job is a \
      strip of layers in the colours of their hosts, with the sizes of the tensors between them. Nodes are drawn at \
      their `position`; nodes without one are placed so that neighbours lie close together.

      With --layered, the picture is the layered graph of one job: a copy of the network for each stage, with the path \
      of the job from its source in the first copy to its target in the last one. Without a plan, this is the shortest \
      path.

      Plans of other problems have pictures of their own. Batching is a timeline: the window, the blocks with their \
      batches, each user from upload to exit with its deadline, and the shares of the bandwidth. Coordination has the \
      blocks in rows by DNN, coloured by host, with the path, rate and accuracy of each task. Serving has a bar for each \
      machine over the layers that it holds, with the flows between them.

      With --dot, the network and the routes are written for Graphviz instead: `neato -n` keeps the positions, `sfdp` \
      lays out large networks.
      """)

  @OptionGroup var instance: InstanceOptions

  @Argument(
    help: ArgumentHelp(
      """
      A plan written by `layerroute solve -o`; without one, the network alone is drawn. With --layered, the id of the \
      job, then the plan.
      """,
      valueName: "plan"),
    completion: .file(extensions: ["json"]))
  var operands: [String] = []

  @Option(output: "Write the picture to this file instead of standard output.", extensions: ["svg", "dot"])
  var output: String?

  @Flag(help: "Write a file for Graphviz (DOT) instead of SVG.") var dot = false

  @Flag(help: "Draw the layered graph of one job.") var layered = false

  @Option(
    name: .customLong("job"),
    help: ArgumentHelp(
      "Draw this job; give the option once for each job. (default: the first eight)", valueName: "id"))
  var jobs: [String] = []

  func validate() throws {
    if layered, dot {
      throw ValidationError("--dot writes the network, not a layered graph: use one of --layered and --dot.")
    }
    if layered, jobs.count > 1 {
      throw ValidationError("--layered draws the graph of one job: use --job once.")
    }
    if let kind = output.map({ URL(filePath: $0).pathExtension.lowercased() }),
      ["png", "pdf", "jpg", "jpeg"].contains(kind)
    {
      throw ValidationError(
        "Pictures are SVG: name the file .svg; `rsvg-convert`, Inkscape and browsers make \(kind.uppercased()) of it."
      )
    }
    let most = namesJob ? 2 : 1
    if operands.count > most { throw ValidationError("Unexpected argument '\(operands[most])'") }
  }

  /// Whether the first operand is a job.
  private var namesJob: Bool { layered && jobs.isEmpty }

  private var plan: String? { operands.dropFirst(namesJob ? 1 : 0).first }

  func run() throws {
    let document = try instance.document()
    if let output { try OutputFile.check(output, notReplacing: [instance.file, plan].compactMap(\.self)) }
    guard let plan else { return try draw(Kinds.kind(ofInstance: document), document, nil) }
    let planDocument = try Document.read(file: plan)
    try draw(Kinds.kind(ofPlan: planDocument, of: document), document, planDocument)
  }

  private func draw<K: AnyKind>(_ kind: K, _ document: Document, _ plan: Document?) throws {
    guard let picture = kind.kind.picture else {
      throw UsageError("there are no pictures of problem \(K.P.name)")
    }
    var request = PictureRequest<K.P>(
      layered ? .layeredGraph : dot ? .graphviz : .plan, of: try K.P.instance(from: document),
      jobs: namesJob ? Array(operands.prefix(1)) : jobs)
    if let plan { try add(plan, kind.kind, to: &request) }
    let drawn = try picture(request)
    for note in drawn.notes { Console.complain(note) }
    try Console.write(drawn.text, to: output)
  }

  /// Adds the plan of a file, if there is one, with its status and objective.
  private func add<P: Problem>(
    _ document: Document, _ kind: Kind<P>, to request: inout PictureRequest<P>
  ) throws {
    let file = try P.head(of: document)
    guard file.status.hasPlan else {
      let reason = file.reason.map { " (\(TerminalText.shortened($0)))" } ?? ""
      request.verdict = "\(file.status.rawValue)\(reason)"
      return
    }
    let check = try PlanVerification(document, of: request.instance, kind)
    guard let plan = check.plan, let assessment = check.assessment, assessment.canBeCarriedOut else {
      throw InputError(
        file: document.file, path: P.planKeys.first ?? "",
        message: check.findings.first ?? "this is not a plan of the instance")
    }
    for finding in check.findings { Console.complain("warning: the plan is wrong: \(finding)") }
    let objective = P.objective(of: check.instance)
    let verdict = check.findings.isEmpty ? file.status.rawValue : "a plan that is wrong: see verify"
    request.instance = check.instance
    request.plan = plan
    request.verdict = "\(objective.name) \(objective.text(ofCost: assessment.cost)), \(verdict)"
  }
}
