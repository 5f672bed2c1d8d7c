import Documents
import Foundations
import Networks

/// Classes of nodes with their compute rates, memories and backlogs, from a YAML or JSON file:
///
///     classes:
///       core: {compute: 10 TFLOP/s, memory: 64 GiB, nodes: [Paris, London]}
///       edge: {compute: 500 GFLOP/s, memory: 8 GiB, share: 0.5}
public struct NodeClasses: Sendable {
  private let document: Document
  private var classes: [NodeClass] = []

  private struct NodeClass {
    var compute: Double?
    var memory: Double?
    var backlog = 0.0
    var members: Members

    enum Members {
      /// The nodes with the ids at these tokens.
      case named([Int])
      /// A share of the nodes that no class names.
      case share(Double)
    }
  }

  private enum Key: Int, CaseIterable { case classes }
  private static let schema = Schema<Key>()

  private enum ClassKey: Int, CaseIterable { case compute, memory, backlog, nodes, share }
  private static let classSchema = Schema<ClassKey>()

  /// Whether the nodes of a class are drawn at random.
  public var isRandom: Bool {
    classes.contains {
      if case .share = $0.members { return true }
      return false
    }
  }

  /// Reads classes from a file.
  ///
  /// - Parameter file: the path of a YAML or JSON file; "-" is standard input.
  /// - Throws: if the file cannot be read or a class is invalid; the message names the place.
  /// - Complexity: linear in the size of the file.
  public static func read(file: String) throws(InputError) -> NodeClasses {
    try NodeClasses(Document.read(file: file))
  }

  /// Reads classes from a text.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8.
  ///   - format: YAML or JSON.
  ///   - name: the name of the text, for messages.
  /// - Throws: if a class is invalid; the message names the place.
  /// - Complexity: linear in the number of bytes.
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
      if case .share(let share) = nodeClass.members { shares += share }
      guard shares <= 1 + 1e-9 else {
        throw document.error(value, "the sum of the shares of the classes up to here exceeds 1")
      }
      classes.append(nodeClass)
    }
  }

  private func nodeClass(_ token: Int) throws(InputError) -> NodeClass {
    let fields = try document.fields(of: token, Self.classSchema)
    var nodeClass = NodeClass(members: try members(fields))
    if let value = fields[.compute] { nodeClass.compute = try document.quantity(value, .compute) }
    if let value = fields[.memory] { nodeClass.memory = try document.quantity(value, .size) }
    if let value = fields[.backlog] { nodeClass.backlog = try document.quantity(value, .work) }
    return nodeClass
  }

  private func members(_ fields: Fields<ClassKey>) throws(InputError) -> NodeClass.Members {
    switch (fields[.nodes], fields[.share]) {
    case (let list?, nil): return .named(Array(try document.elements(of: list)))
    case (nil, let value?):
      let share = try document.nonNegativeNumber(value)
      guard share <= 1 else { throw document.error(value, "a share is at most 1") }
      return .share(share)
    default:
      throw document.error(
        fields.token, "a class has either \"nodes\", a list of ids, or a \"share\" from 0 to 1")
    }
  }

  /// Gives nodes the compute rates, memories and backlogs of their classes.
  ///
  /// A share refers to the nodes that no class names and that are not hyperedges. The number of nodes of a class is
  /// rounded such that the total over the classes so far is the rounded total of their shares.
  ///
  /// - Parameters:
  ///   - nodes: the nodes of the network.
  ///   - isHyperedge: which nodes stand for hyperedges, and so belong to no share.
  ///   - seed: the same seed draws the same nodes on every machine.
  /// - Throws: if a class names a node that does not exist or that is already named, or if a node gets a backlog but no
  ///   compute rate.
  func apply(to nodes: inout [Node], isHyperedge: [Bool], seed: UInt64) throws(InputError) {
    let named = try namedNodes(nodes)
    let free = nodes.indices.filter { named.owners[$0] == nil && !isHyperedge[$0] }
    var random = SplitMix64(seed: seed)
    var drawn = random.nextIndices(free.count, below: free.count).map { free[$0] }[...]
    var (shares, taken) = (0.0, 0)
    for (index, nodeClass) in classes.enumerated() {
      var members = named.members[index]
      if case .share(let share) = nodeClass.members {
        shares += share
        let end = min(free.count, Int((shares * Double(free.count)).rounded()))
        members = drawn.prefix(end - taken).sorted()
        drawn = drawn.dropFirst(end - taken)
        taken = end
      }
      for node in members { try apply(nodeClass, to: &nodes[node]) }
    }
  }

  private func apply(_ nodeClass: NodeClass, to node: inout Node) throws(InputError) {
    node.compute = nodeClass.compute ?? node.compute
    node.memory = nodeClass.memory ?? node.memory
    node.backlog = nodeClass.backlog
    guard node.backlog == 0 || node.compute > 0 else {
      let name = TerminalText.quoted(node.id.text)
      throw InputError(
        file: document.file,
        message: "node \(name) gets a backlog, so its class needs a positive \"compute\" rate")
    }
  }

  /// The nodes that each class names, and the class of each named node.
  private func namedNodes(_ nodes: [Node]) throws(InputError) -> (members: [[Int]], owners: [Int: Int]) {
    let indices = Dictionary(nodes.enumerated().map { ($1.id, $0) }) { first, _ in first }
    var members = [[Int]](repeating: [], count: classes.count)
    var owners: [Int: Int] = [:]
    for (index, nodeClass) in classes.enumerated() {
      guard case .named(let tokens) = nodeClass.members else { continue }
      for token in tokens {
        let name = try document.identifier(token)
        guard let node = indices[name] else {
          let nearest = EditDistance.nearest(to: name.text, among: indices.keys.lazy.map(\.text))
          let hint = nearest.map { "; did you mean \(TerminalText.quoted($0))?" } ?? ""
          throw document.error(token, "there is no node \(TerminalText.quoted(name.text))\(hint)")
        }
        guard owners.updateValue(index, forKey: node) == nil else {
          throw document.error(token, "the node \(TerminalText.quoted(name.text)) is named twice")
        }
        members[index].append(node)
      }
    }
    return (members, owners)
  }
}
