import Documents
import Foundations

/// Reads the JSON files of msr-fiddle/dnn-partitioning. A file has `nodes` with `id`, `cpuLatency`, `fpgaLatency` [ms],
/// `supportedOnFpga` and `size` [byte], and `edges` with `sourceId`, `destId` and `size` [byte]. The format does not
/// state the unit of times; in the published files it is the millisecond. A size is the memory of a node on a device,
/// parameters and activations together, and the sizes on a device add up. Nodes with the same `colorClass` share a device.
/// Tarnawski et al., "Efficient algorithms for
/// device placement of DNN graph operators" (NeurIPS 2020).
struct PartitioningReader {
  private let document: Document
  private var graph: MeasuredGraph
  private var indices: [Double: Int] = [:]
  private var assumptions = Assumptions()

  static func read(_ bytes: [UInt8], file: String) throws(InputError) -> Profile {
    let document = try Document.parse(bytes, format: .json, file: file)
    var reader = PartitioningReader(
      document: document,
      graph: MeasuredGraph(memoryIncludesActivations: true, document: document, lacksResult: true))
    try reader.read()
    return Profile(
      file: file, devices: ["cpu", "fpga"], assumptions: reader.assumptions.list,
      contents: .graph(reader.graph))
  }

  private static let keys: Set<String> = [
    "nodes", "edges", "id", "name", "cpuLatency", "fpgaLatency", "supportedOnFpga", "size", "colorClass",
    "isBackwardNode", "sourceId", "destId",
  ]

  /// Notes the keys of an object that are not read.
  private mutating func skipKeys(of token: Int) throws(InputError) {
    for (key, _) in try document.members(of: token) {
      let text = document.text(key)
      if !Self.keys.contains(text) { assumptions.add(.key(Name(text)), "not read") }
    }
  }

  private mutating func read() throws(InputError) {
    let root = Document.root
    assumptions.add(.file, "times are in ms, as in the published files")
    if document.tokens[root].kind == .object { try skipKeys(of: root) }
    for node in try document.elements(of: try required("nodes", of: root)) { try readNode(node) }
    guard !graph.operations.isEmpty else { throw document.error(root, "this profile has no nodes") }
    for edge in try document.elements(of: try required("edges", of: root)) { try readEdge(edge) }
    graph.removeRepeatedInputs()
    // An operation that reads nothing and has neither time nor memory is an input. This is known only after all edges.
    for index in graph.operations.indices {
      let operation = graph.operations[index]
      let isNothing = operation.memory == 0 && operation.times.allSatisfy { ($0 ?? 0) == 0 }
      graph.operations[index].isInput = operation.inputs.isEmpty && isNothing
    }
  }

  private func required(_ key: String, of token: Int) throws(InputError) -> Int {
    try document.check(token, is: .object)
    return try document.required(key, of: token)
  }

  private mutating func readNode(_ token: Int) throws(InputError) {
    let value = try required("id", of: token)
    try skipKeys(of: token)
    let id = try document.finiteNumber(value)
    guard indices.updateValue(graph.operations.count, forKey: id) == nil else {
      throw document.error(value, "a second node has the id \(id.shortText)")
    }
    if let flag = document.member("isBackwardNode", of: token), try self.flag(flag) {
      throw document.error(flag, "this is a training workload; only inference workloads can be imported")
    }
    let name = try document.member("name", of: token).map(document.string) ?? "node \(id.shortText)"
    let cpu = try milliseconds("cpuLatency", of: token)
    let fpga = try milliseconds("fpgaLatency", of: token)
    let isSupported = try flag(required("supportedOnFpga", of: token))
    graph.operations.append(
      .init(
        // The operator in a name, for example LayerNormalization in "LayerNormalization1_91".
        name: name, type: String(name.prefix { !$0.isNumber }), times: [cpu, isSupported ? fpga : nil],
        memory: try document.nonNegativeNumber(required("size", of: token)),
        sharingClass: try document.member("colorClass", of: token).map(document.finiteNumber), isInput: false,
        place: token))
  }

  /// A time in milliseconds, converted to seconds [s].
  private func milliseconds(_ key: String, of token: Int) throws(InputError) -> Double {
    try document.nonNegativeNumber(required(key, of: token)) / 1000
  }

  private func flag(_ token: Int) throws(InputError) -> Bool {
    guard document.tokens[token].kind == .number else { return try document.flag(token) }
    return document.number(token) != 0
  }

  private mutating func readEdge(_ token: Int) throws(InputError) {
    let (from, to) = (try end("sourceId", of: token), try end("destId", of: token))
    try skipKeys(of: token)
    guard let size = document.member("size", of: token) else {
      throw document.error(
        token, "this edge has no \"size\" [byte]; the size of its tensor does not follow from its cost")
    }
    graph.operations[to].inputs.append(from)
    graph.operations[from].output = max(graph.operations[from].output, try document.nonNegativeNumber(size))
  }

  private func end(_ key: String, of token: Int) throws(InputError) -> Int {
    let value = try required(key, of: token)
    let id = try document.finiteNumber(value)
    guard let index = indices[id] else { throw document.error(value, "there is no node \(id.shortText)") }
    return index
  }
}
