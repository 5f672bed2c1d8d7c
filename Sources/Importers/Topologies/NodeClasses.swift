import Documents
import Foundations
import Networks

/// Classes of nodes with what their nodes can do, from a YAML or JSON file:
///
///     classes:
///       core: {compute: 10 TFLOP/s, memory: 64 GiB, memoryBandwidth: 1 TB/s, nodes: [Paris, London]}
///       edge: {compute: 500 GFLOP/s, memory: 8 GiB, relay: false, share: 0.5}
public struct NodeClasses: Sendable {
  private let document: Document
  private var classes: [NodeClass] = []

  private struct NodeClass {
    var compute: Double?
    var memory: Double?
    var memoryBandwidth: Double?
    var backlog = 0.0
    var isRelay: Bool?
    /// The tokens of the ids of its nodes.
    var named: [Int] = []
    /// The share of the nodes that no class names, if no nodes are named.
    var share: Double?
  }

  private enum Key: Int, CaseIterable { case classes }
  private static let schema = Schema<Key>()

  private enum ClassKey: Int, CaseIterable {
    case compute, memory, memoryBandwidth, backlog, relay, nodes, share
  }
  private static let classSchema = Schema<ClassKey>()

  /// Whether the nodes of a class are drawn at random.
  public var isRandom: Bool { classes.contains { $0.share != nil } }

  /// Reads classes from a YAML or JSON file ("-" is standard input), in time linear in its size.
  ///
  /// - Throws: if the file cannot be read or a class is invalid; the message names the place.
  public static func read(file: String) throws(InputError) -> NodeClasses {
    try NodeClasses(Document.read(file: file))
  }

  /// Reads classes from UTF-8 in time linear in its length; `name` is the name of the text in messages.
  ///
  /// - Throws: if a class is invalid; the message names the place.
  public static func parse(
    _ bytes: [UInt8], format: FileFormat = .yaml, name: String = "classes"
  ) throws(InputError) -> NodeClasses {
    try NodeClasses(Document.parse(bytes, format: format, file: name))
  }

  private init(_ document: Document) throws(InputError) {
    self.document = document
    let list = try document.fields(of: Document.root, Self.schema).required(.classes)
    var shares = 0.0
    for (_, value) in try document.members(of: list) {
      let nodeClass = try nodeClass(value)
      shares += nodeClass.share ?? 0
      guard shares <= 1 + 1e-9 else {
        throw document.error(value, "the sum of the shares of the classes up to here exceeds 1")
      }
      classes.append(nodeClass)
    }
  }

  private func nodeClass(_ token: Int) throws(InputError) -> NodeClass {
    let fields = try document.fields(of: token, Self.classSchema)
    var nodeClass = NodeClass()
    switch (fields[.nodes], fields[.share]) {
    case (let list?, nil): nodeClass.named = Array(try document.elements(of: list))
    case (nil, let value?):
      let share = try document.nonNegativeNumber(value)
      guard share <= 1 else { throw document.error(value, "a share is at most 1") }
      nodeClass.share = share
    default:
      throw document.error(token, "a class has either \"nodes\", a list of ids, or a \"share\" from 0 to 1")
    }
    if let value = fields[.compute] { nodeClass.compute = try document.quantity(value, .compute) }
    if let value = fields[.memory] { nodeClass.memory = try document.quantity(value, .size) }
    if let value = fields[.memoryBandwidth] {
      let bandwidth = try document.quantity(value, .memoryBandwidth)
      guard bandwidth > 0 else { throw document.error(value, "a memory bandwidth must be positive") }
      nodeClass.memoryBandwidth = bandwidth
    }
    if let value = fields[.backlog] { nodeClass.backlog = try document.quantity(value, .work) }
    if let value = fields[.relay] { nodeClass.isRelay = try document.flag(value) }
    return nodeClass
  }

  /// Gives nodes what their classes have. A share refers to the nodes that no class
  /// names and that are not hyperedges. The number of nodes of a class is rounded such that the total over the classes
  /// so far is the rounded total of their shares. The same seed draws the same nodes on every machine.
  ///
  /// - Throws: if a class names a node that does not exist or that is already named, or if a node gets a backlog but no
  ///   compute rate.
  func apply(to nodes: inout [Node], isHyperedge: [Bool], seed: UInt64) throws(InputError) {
    let named = try namedNodes(nodes)
    let isNamed = Set(named.joined())
    let free = nodes.indices.filter { !isNamed.contains($0) && !isHyperedge[$0] }
    var random = SplitMix64(seed: seed)
    let drawn = random.nextIndices(free.count, below: free.count).map { free[$0] }
    var (shares, taken) = (0.0, 0)
    for (nodeClass, named) in zip(classes, named) {
      shares += nodeClass.share ?? 0
      let end = nodeClass.share == nil ? taken : min(free.count, Int((shares * Double(free.count)).rounded()))
      for node in named + drawn[taken..<end].sorted() { try apply(nodeClass, to: &nodes[node]) }
      taken = end
    }
  }

  private func apply(_ nodeClass: NodeClass, to node: inout Node) throws(InputError) {
    node.compute = nodeClass.compute ?? node.compute
    node.memory = nodeClass.memory ?? node.memory
    node.memoryBandwidth = nodeClass.memoryBandwidth ?? node.memoryBandwidth
    node.backlog = nodeClass.backlog
    node.isRelay = nodeClass.isRelay ?? node.isRelay
    guard node.backlog == 0 || node.compute > 0 else {
      let name = TerminalText.quoted(node.id.text)
      let message = "node \(name) gets a backlog, so its class needs a positive \"compute\" rate"
      throw InputError(file: document.file, message: message)
    }
  }

  /// The nodes that each class names.
  private func namedNodes(_ nodes: [Node]) throws(InputError) -> [[Int]] {
    let indices = Dictionary(nodes.enumerated().map { ($1.id, $0) }) { first, _ in first }
    var named: Set<Int> = []
    return try classes.map { nodeClass throws(InputError) in
      try nodeClass.named.map { token throws(InputError) in
        let name = try document.identifier(token)
        guard let node = indices[name] else {
          throw document.error(token, NodeNames.unknown(name.text, among: indices.keys.lazy.map(\.text)))
        }
        guard named.insert(node).inserted else {
          throw document.error(token, "the node \(TerminalText.quoted(name.text)) is named twice")
        }
        return node
      }
    }
  }
}
