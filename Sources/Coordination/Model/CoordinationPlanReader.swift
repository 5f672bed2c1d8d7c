import Documents
import Foundations
import Problems

/// Reads the paths and rates of a plan file. What does not match the instance is a finding.
struct CoordinationPlanReader {
  private let document: Document
  private let instance: CoordinationInstance
  private let services: [Name: Int]
  /// By service.
  private let blocks: [[Name: Int]]

  private enum TaskKey: Int, CaseIterable { case id, rate, accuracy, paths }
  private static let taskSchema = Schema<TaskKey>()

  private enum PathKey: Int, CaseIterable { case rate, accuracy, blocks }
  private static let pathSchema = Schema<PathKey>()

  private enum NodeKey: Int, CaseIterable { case id, load }
  private static let nodeSchema = Schema<NodeKey>()

  private enum LinkKey: Int, CaseIterable { case from, to, load }
  private static let linkSchema = Schema<LinkKey>()

  init(_ document: Document, _ instance: CoordinationInstance) {
    self.document = document
    self.instance = instance
    services = Self.table(instance.services.map(\.name))
    blocks = instance.services.map { Self.table($0.blocks.map(\.name)) }
  }

  private static func table(_ names: [Name]) -> [Name: Int] {
    Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func plan() throws(InputError) -> StatedPlan<CoordinationPlan> {
    let empty = CoordinationPlan(tasks: Array(repeating: [], count: instance.tasks.count))
    var stated = StatedPlan<CoordinationPlan>(plan: empty)
    let tasks = Self.table(instance.tasks.map(\.id))
    var isStated = [Bool](repeating: false, count: instance.tasks.count)
    for element in try document.elements(of: document.required("tasks", of: Document.root)) {
      let fields = try document.fields(of: element, Self.taskSchema, nullable: .accuracy)
      _ = try document.finiteNumber(fields.required(.rate))
      let id = try document.identifier(fields.required(.id))
      let streams = try streams(fields, &stated.findings)
      guard let task = tasks[id] else {
        stated.findings.append("there is no task \(TerminalText.quoted(id.text))")
        continue
      }
      if isStated[task] { stated.findings.append("task \(TerminalText.quoted(id.text)) stands there twice") }
      isStated[task] = true
      stated.plan?.tasks[task] = streams
    }
    for task in instance.tasks.indices where !isStated[task] {
      stated.findings.append("task \(TerminalText.quoted(instance.tasks[task].id.text)) is missing")
    }
    try checkLoads()
    if !stated.findings.isEmpty { stated.plan = nil }
    return stated
  }

  private func streams(
    _ fields: Fields<TaskKey>, _ findings: inout [String]
  ) throws(InputError) -> [CoordinationPlan.Stream] {
    var streams: [CoordinationPlan.Stream] = []
    for element in try document.elements(of: fields.required(.paths)) {
      let path = try document.fields(of: element, Self.pathSchema)
      _ = try document.finiteNumber(path.required(.accuracy))
      var stream = CoordinationPlan.Stream(
        blocks: [], rate: try document.finiteNumber(path.required(.rate)))
      for block in try document.elements(of: path.required(.blocks)) {
        let (service, name) = try names(block)
        if let index = services[service], let block = blocks[index][name] {
          stream.blocks.append(BlockVertex(service: index, position: block + 1))
        } else {
          let shown = [service, name].map { TerminalText.quoted($0.text) }
          findings.append("there is no block \(shown[1]) of a DNN \(shown[0])")
        }
      }
      streams.append(stream)
    }
    let accuracy = try fields.required(.accuracy)
    if document.tokens[accuracy].kind != .null {
      _ = try document.finiteNumber(accuracy)
      if !streams.contains(where: { $0.rate != 0 }) {
        findings.append("a task without traffic has no accuracy; state it as null")
      }
    }
    return streams
  }

  private func names(_ token: Int) throws(InputError) -> (service: Name, block: Name) {
    let (service, block) = try document.vertexNames(token)
    return (try document.name(service), try document.name(block))
  }

  /// Checks the form of the loads; the evaluator says what they are.
  private func checkLoads() throws(InputError) {
    for element in try document.elements(of: document.required("nodes", of: Document.root)) {
      let fields = try document.fields(of: element, Self.nodeSchema)
      _ = try document.name(fields.required(.id))
      _ = try document.finiteNumber(fields.required(.load))
    }
    for element in try document.elements(of: document.required("links", of: Document.root)) {
      let fields = try document.fields(of: element, Self.linkSchema)
      _ = try document.name(fields.required(.from))
      _ = try document.name(fields.required(.to))
      _ = try document.finiteNumber(fields.required(.load))
    }
  }
}
