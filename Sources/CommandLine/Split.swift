import ArgumentParser
import Foundation
import Importers
import LayerRoute

struct Split: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write an ONNX model as one model for each host of a plan.",
    discussion: """
      The model is cut at the tensors that the plan's DNN names: `layerroute import onnx` must have written the DNN from \
      this model. The parts, run one after another, give the outputs of the whole. Weights stay where they are: in the \
      parts that use them, or in their own files, which are linked into the folder. The file manifest.json says for each \
      part its host, what it reads and gives, and by which route that comes.
      """)

  @Argument(help: "The model from which the DNN was imported.", completion: .file(extensions: ["onnx"]))
  var model: String

  @OptionGroup var instance: InstanceOptions

  @Argument(help: "A plan written by `layerroute solve -o`.", completion: .file(extensions: ["json"]))
  var plan: String

  @Option(help: "The job whose plan counts; it may be left out if there is only one.") var job: String?

  @Option(
    name: .shortAndLong, help: "The folder for the parts; it is made if it does not exist.",
    completion: .directory)
  var output: String

  @Option(
    name: .customLong("dim"),
    help: ArgumentHelp(
      "Size of a dimension as for import onnx; needed only if the model does not declare the types of its tensors.",
      valueName: "name=size"))
  var dimensions: [Named<DimensionSize>] = []

  func run() throws {
    let document = try instance.document(of: Kinds.splitting, for: "split")
    let problem = try SplittingProblem.instance(from: document)
    let check = try PlanVerification(Document.read(file: plan), of: problem, Kinds.splitting)
    guard let found = check.plan, check.findings.isEmpty else {
      for finding in check.findings { Console.complain("the plan is wrong: \(finding)") }
      throw ExitStatus.checkFailed
    }
    let index = try jobIndex(problem)
    let segments = try Segments(problem, found.jobs[index], job: index)
    let request = ONNXRequest(
      sizes: Dictionary(dimensions.map { ($0.name, $0.value.size) }) { first, _ in first },
      unknown: .elementwise)
    let parts = try ONNXParts(file: model, ends: segments.ends, request: request)
    try write(parts, segments, problem.jobs[index].id.text)
  }

  private func jobIndex(_ problem: Instance) throws -> Int {
    if let job {
      guard let index = problem.jobs.firstIndex(where: { $0.id == Name(job) }) else {
        let near = EditDistance.nearest(to: job, among: problem.jobs.lazy.map(\.id.text))
        let hint = near.map { "; did you mean \(TerminalText.quoted($0))?" } ?? ""
        throw UsageError("--job \(TerminalText.quoted(job)): the instance has no such job\(hint)")
      }
      return index
    }
    guard problem.jobs.count == 1 else {
      throw UsageError("the instance has \(problem.jobs.count) jobs: name one of them with --job")
    }
    return 0
  }

  // MARK: Writing

  private func write(_ parts: ONNXParts, _ segments: Segments, _ job: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    } catch {
      throw UsageError("cannot make the folder \(TerminalText.quoted(output)): \(error.localizedDescription)")
    }
    for index in parts.inputs.indices {
      let path = "\(output)/\(Self.name(index))"
      try OutputFile.check(path, notReplacing: [model])
      do {
        try Data(parts.model(index)).write(to: URL(fileURLWithPath: path), options: .atomic)
      } catch {
        throw UsageError("cannot write \(TerminalText.quoted(path)): \(error.localizedDescription)")
      }
    }
    for file in parts.weightFiles { try link(file) }
    let manifest = manifest(parts, segments, job)
    try OutputFile.write(JSONWriter.text(of: manifest), to: "\(output)/manifest.json")
    Console.write(segments.text(output))
  }

  static func name(_ part: Int) -> String { "part-\(part + 1).onnx" }

  /// Puts a file with weights beside the parts: as a second name if the folder is on the same disk, otherwise as a copy.
  private func link(_ file: String) throws {
    guard !file.hasPrefix("/"), !file.split(separator: "/").contains("..") else {
      return Console.complain(
        "the weights in \(TerminalText.quoted(file)) are outside the model's folder; copy them")
    }
    let folder = URL(fileURLWithPath: model).deletingLastPathComponent()
    let (from, to) = (folder.appending(path: file), URL(fileURLWithPath: output).appending(path: file))
    guard FileManager.default.fileExists(atPath: from.path) else {
      return Console.complain(
        "the file with weights \(TerminalText.quoted(file)) is not there; the parts need it")
    }
    guard from.standardizedFileURL != to.standardizedFileURL else { return }
    do {
      try FileManager.default.createDirectory(
        at: to.deletingLastPathComponent(), withIntermediateDirectories: true)
      if FileManager.default.fileExists(atPath: to.path) { try FileManager.default.removeItem(at: to) }
      do {
        try FileManager.default.linkItem(at: from, to: to)
      } catch {
        try FileManager.default.copyItem(at: from, to: to)
      }
    } catch {
      throw UsageError("cannot write \(TerminalText.quoted(to.path)): \(error.localizedDescription)")
    }
  }

  private func manifest(_ parts: ONNXParts, _ segments: Segments, _ job: String) -> JSONValue {
    var makers: [Name: String] = [:]
    func read(_ names: [String]) -> JSONValue {
      .array(names.map { ["name": .string($0), "from": .string(makers[Name($0)] ?? "input")] })
    }
    let list = parts.inputs.indices.map { index -> JSONValue in
      let inputs = read(parts.inputs[index])
      for name in parts.outputs[index] { makers[Name(name)] = Self.name(index) }
      var members: [JSONValue.Member] = [.init("file", .string(Self.name(index)))]
      members += segments.members(index)
      members.append(.init("inputs", inputs))
      members.append(.init("outputs", .array(parts.outputs[index].map { .string($0) })))
      return .object(members)
    }
    return [
      "layerroute": 1, "model": .string(model), "job": .string(job), "segments": .array(list),
      "resultRoute": segments.resultRoute,
    ]
  }
}

/// The runs of a job's layers on one host each.
private struct Segments {
  private let instance: Instance
  private let dnn: DNN
  private let plan: JobPlan
  private var ranges: [Range<Int>] = []

  init(_ instance: Instance, _ plan: JobPlan, job: Int) throws {
    self.instance = instance
    self.plan = plan
    dnn = instance.dnns[instance.jobs[job].dnn]
    for layer in plan.hosts.indices {
      let first =
        layer > 0 && plan.hosts[layer - 1] == plan.hosts[layer] ? ranges.removeLast().lowerBound : layer
      ranges.append(first..<layer + 1)
    }
    guard !ranges.isEmpty else {
      throw UsageError("the DNN of this job has no layers, so there is nothing to split")
    }
    guard ends.allSatisfy({ !$0.isEmpty }) else {
      throw UsageError(
        "the DNN \(TerminalText.quoted(dnn.name.text)) does not name the tensors at the cuts; import the model with "
          + "`layerroute import onnx` of this version")
    }
  }

  /// The tensors that leave each segment.
  var ends: [[String]] { ranges.map { dnn.layers[$0.upperBound - 1].tensors } }

  private func ids(_ nodes: [Int]) -> JSONValue {
    .array(nodes.map { .string(instance.network.nodes[$0].id.text) })
  }

  var resultRoute: JSONValue { ids(plan.routes.last ?? []) }

  func members(_ index: Int) -> [JSONValue.Member] {
    let range = ranges[index]
    let host = instance.network.nodes[plan.hosts[range.lowerBound]].id.text
    let bytes = range.lowerBound == 0 ? dnn.input : dnn.layers[range.lowerBound - 1].output
    return [
      .init("host", .string(host)), .init("first", .string(dnn.layers[range.lowerBound].name.text)),
      .init("last", .string(dnn.layers[range.upperBound - 1].name.text)), .init("bytes", .number(bytes)),
      .init("route", ids(plan.routes[range.lowerBound])),
    ]
  }

  /// A line for each part.
  func text(_ folder: String) -> String {
    var table = TextTable([("file", .left), ("host", .left), ("layers", .right), ("tensor in", .right)])
    for (index, range) in ranges.enumerated() {
      let host = instance.network.nodes[plan.hosts[range.lowerBound]].id.text
      let bytes = range.lowerBound == 0 ? dnn.input : dnn.layers[range.lowerBound - 1].output
      table.add([
        "\(folder)/\(Split.name(index))", TerminalText.shortened(host), "\(range.count)", Figures.size(bytes),
      ])
    }
    return table.text
  }
}
