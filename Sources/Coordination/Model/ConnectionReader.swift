import Documents
import Foundations

/// Reads connections: ends that are there, links between their hosts, and no two arcs with the same ends.
struct ConnectionReader {
  private let document: Document
  private let instance: CoordinationInstance
  private let names: ServiceNames
  private let links: [NodePair: Int]

  enum Key: Int, CaseIterable { case from, to, time, penalty }
  static let schema = Schema<Key>(.link)

  private struct Ends: Hashable {
    let from: BlockVertex
    let to: BlockVertex
  }

  /// Reads connections of an instance whose network and services are known.
  init(_ document: Document, _ instance: CoordinationInstance, _ names: ServiceNames) {
    self.document = document
    self.instance = instance
    self.names = names
    links = instance.linkTable
  }

  func connections(_ token: Int) throws(InputError) -> [Connection] {
    var connections: [Connection] = []
    var known = Set<Ends>()
    for element in try document.elements(of: token) {
      let fields = try document.fields(of: element, Self.schema)
      var connection = Connection(
        from: try vertex(fields.required(.from), end: "input"),
        to: try vertex(fields.required(.to), end: "output"))
      if let token = fields[.time] { connection.time = try document.quantity(token, .time) }
      if let token = fields[.penalty] { connection.penalty = try document.finiteNumber(token) + 0 }
      try check(connection, at: element)
      guard known.insert(Ends(from: connection.from, to: connection.to)).inserted else {
        throw document.error(element, "a second connection leads \(shown(connection))")
      }
      connections.append(connection)
    }
    return connections
  }

  /// A block, or the end of a DNN that a connection may have on this side.
  private func vertex(_ token: Int, end: String) throws(InputError) -> BlockVertex {
    let (first, second) = try document.vertexNames(token)
    let service = try names.services.index(first, of: document)
    let count = instance.services[service].blocks.count
    switch try document.name(second) {
    case Name(end): return BlockVertex(service: service, position: end == "input" ? 0 : count + 1)
    case "input": throw document.error(second, "a connection leads to a block or to an \"output\"")
    case "output": throw document.error(second, "a connection leads from a block or from an \"input\"")
    default:
      let block = try names.blocks[service].index(second, of: document)
      return BlockVertex(service: service, position: block + 1)
    }
  }

  private func check(_ connection: Connection, at token: Int) throws(InputError) {
    let (from, to) = (connection.from, connection.to)
    guard from.service != to.service || from.position + 1 != to.position else {
      throw document.error(
        token, "the connection \(shown(connection)) stands beside an arc of the DNN's own chain; leave it out"
      )
    }
    let hosts = [from, to].map { instance.services[$0.service].host }
    guard hosts[0] == hosts[1] || links[NodePair(tail: hosts[0], head: hosts[1])] != nil else {
      let nodes = hosts.map { TerminalText.quoted(instance.network.nodes[$0].id.text) }
      throw document.error(
        token,
        "the connection \(shown(connection)) needs a link from node \(nodes[0]) to \(nodes[1]), and there is none; "
          + "add the link, or leave the connection out")
    }
  }

  private func shown(_ connection: Connection) -> String {
    "from \(TerminalText.quoted(instance.shown(connection.from))) to "
      + TerminalText.quoted(instance.shown(connection.to))
  }
}
