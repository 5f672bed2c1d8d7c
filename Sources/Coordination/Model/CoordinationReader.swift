import Documents
import Foundations
import Networks

/// Reads an instance and checks that its graph of blocks is one on which tasks have paths.
struct CoordinationReader {
  private let document: Document

  private enum Key: Int, CaseIterable {
    case layerroute, problem, network, dnns, connections, tasks, measured, options
  }
  private static let schema = Schema<Key>(.instance)

  private enum ServiceKey: Int, CaseIterable { case host, input, accuracy, blocks }
  private static let serviceSchema = Schema<ServiceKey>(.dnn)

  private enum BlockKey: Int, CaseIterable { case name, time, output }
  private static let blockSchema = Schema<BlockKey>(.layer)

  private enum TaskKey: Int, CaseIterable { case id, dnn, rate, accuracy, value }
  private static let taskSchema = Schema<TaskKey>(.job)

  private enum OptionKey: Int, CaseIterable { case paths }
  private static let optionSchema = Schema<OptionKey>(.options)

  private static let networkKeys = NetworkKeys(
    nodes: [.id, .capacity, .position], links: [.from, .to, .bandwidth, .duplex])

  /// The keys of an instance file.
  static let keys =
    schema.partKeys + serviceSchema.partKeys + blockSchema.partKeys + taskSchema.partKeys
    + optionSchema.partKeys + networkKeys.partKeys
    + ConnectionReader.schema.partKeys

  init(_ document: Document) { self.document = document }

  func instance() throws(InputError) -> CoordinationInstance {
    try document.checkVersion(Document.root)
    let fields = try document.fields(of: Document.root, Self.schema)
    let (network, nodes) = try NetworkAndDNNs.network(
      document, fields.required(.network), Self.networkKeys)
    let services = try services(fields.required(.dnns), nodes)
    var instance = CoordinationInstance(network: network, services: services.services, tasks: [])
    if let token = fields[.connections] {
      instance.connections = try ConnectionReader(document, instance, services.names).connections(token)
    }
    let tasks = try tasks(fields.required(.tasks), services.names)
    instance.tasks = tasks.tasks
    if let token = fields[.options] {
      let options = try document.fields(of: token, Self.optionSchema)
      if let token = options[.paths] { instance.paths = try document.word(token, PathOption.self) }
    }
    let graph = BlockGraph(instance)
    if let cycle = graph.cycle {
      let vertices = cycle.map { TerminalText.quoted(instance.shown($0)) }.joined(separator: " > ")
      throw document.error(
        fields[.connections] ?? Document.root,
        "the connections close a cycle, \(vertices); leave one of them out")
    }
    if let token = fields[.measured] {
      instance.measured = try MeasuredReader(document, graph, tasks.table, services.names)
        .paths(token, of: instance)
    }
    try checkAccuracies(of: instance, graph, tasks: tasks.tokens)
    return instance
  }

  // MARK: Services

  private func services(
    _ token: Int, _ nodes: NameTable
  ) throws(InputError) -> (services: [DNNService], names: ServiceNames) {
    var services: [DNNService] = []
    var names = ServiceNames()
    for (key, value) in try document.members(of: token) {
      let name = try document.identifier(key)
      try names.services.add(name, at: key, of: document)
      var blocks = NameTable("block of \(TerminalText.quoted(name.text))")
      if let target = try document.reference(at: value) {
        let file = CoordinationReader(try document.referenced(target))
        services.append(try file.service(name, Document.root, nodes, &blocks))
      } else {
        services.append(try service(name, value, nodes, &blocks))
      }
      names.blocks.append(blocks)
    }
    return (services, names)
  }

  private func service(
    _ name: Name, _ token: Int, _ nodes: NameTable, _ names: inout NameTable
  ) throws(InputError) -> DNNService {
    let fields = try document.fields(of: token, Self.serviceSchema)
    var service = DNNService(
      name: name, host: try nodes.index(fields.required(.host), of: document),
      input: try document.quantity(fields.required(.input), .size),
      accuracy: try document.accuracy(fields.required(.accuracy)), blocks: [])
    for element in try document.elements(of: fields.required(.blocks)) {
      let fields = try document.fields(of: element, Self.blockSchema)
      let token = try fields.required(.name)
      let name = try document.identifier(token)
      guard !["input", "output"].contains(name.text) else {
        throw document.error(
          token, "a block must not be called \"\(name.text)\": connections call the ends of a DNN so")
      }
      try names.add(name, at: token, of: document)
      service.blocks.append(
        Block(
          name: name, time: try document.quantity(fields.required(.time), .time),
          output: try document.quantity(fields.required(.output), .size)))
    }
    return service
  }

  // MARK: Tasks

  private func tasks(
    _ token: Int, _ names: ServiceNames
  ) throws(InputError) -> (tasks: [ServiceTask], table: NameTable, tokens: [Int]) {
    var tasks: [ServiceTask] = []
    var table = NameTable("task")
    let tokens = Array(try document.elements(of: token))
    for element in tokens {
      let fields = try document.fields(of: element, Self.taskSchema)
      let id = try document.identifier(fields.required(.id))
      try table.add(id, at: fields.required(.id), of: document)
      var task = ServiceTask(
        id: id, service: try names.services.index(fields.required(.dnn), of: document),
        rate: try document.quantity(fields.required(.rate), .rate))
      if let token = fields[.accuracy] { task.accuracy = try document.accuracy(token) }
      if let token = fields[.value] { task.value = try document.nonNegativeNumber(token) }
      tasks.append(task)
    }
    return (tasks, table, tokens)
  }

  /// Checks that no path of a task has a predicted accuracy that is none, by its best and its worst path.
  private func checkAccuracies(
    of instance: CoordinationInstance, _ graph: BlockGraph, tasks tokens: [Int]
  ) throws(InputError) {
    let range = -CoordinationProblem.accuracyTolerance...1 + CoordinationProblem.accuracyTolerance
    let gains = graph.penalties.map { 0 - $0 }
    for (task, token) in tokens.enumerated() {
      let paths = TaskPaths(instance, graph, task: task)
      guard !paths.graph.isEmpty else { continue }
      for weights in [graph.penalties, gains] {
        let path = paths.graph.leastPath(weights)
        let accuracy = paths.predictedAccuracy(of: path, in: graph)
        guard !range.contains(accuracy) else { continue }
        let (id, blocks) = (instance.tasks[task].id.text, instance.shown(graph.blocks(on: path)))
        throw document.error(
          token,
          "task \(TerminalText.quoted(id)) has a path of accuracy \(Figures.digits(accuracy, 6)), which is not "
            + "between 0 and 1: \(blocks); change the penalties of its connections, or state it as measured")
      }
    }
  }
}

/// The names of services and of their blocks.
struct ServiceNames {
  var services = NameTable("DNN")
  /// By service.
  var blocks: [NameTable] = []
}

extension Document {
  /// A number between 0 and 1, within the tolerance.
  func accuracy(_ token: Int) throws(InputError) -> Double {
    let value = try finiteNumber(token)
    let tolerance = CoordinationProblem.accuracyTolerance
    guard (-tolerance...1 + tolerance).contains(value) else {
      throw error(token, "an accuracy must be between 0 and 1")
    }
    return value + 0  // -0 becomes 0
  }

  /// The name of a service and that of one of its vertices.
  func vertexNames(_ token: Int) throws(InputError) -> (service: Int, block: Int) {
    let parts = Array(try elements(of: token))
    guard parts.count == 2 else {
      throw error(token, "must be a list of two names, of a DNN and of one of its blocks")
    }
    return (parts[0], parts[1])
  }
}
