import Documents

/// Reads the network and the DNNs of an instance of any kind; each may be in a separate file.
package struct NetworkAndDNNs {
  package let network: Network
  package let nodes: NameTable
  package let dnns: DNNTable

  /// - Parameters:
  ///   - document: the instance.
  ///   - network: the token of its network.
  ///   - dnns: the token of its DNNs by name.
  package init(in document: Document, network: Int, dnns: Int) throws(InputError) {
    let found = try Self.network(document, network)
    self.network = found.network
    nodes = found.nodes
    self.dnns = try Self.dnns(document, dnns, nodes: found.nodes)
  }

  /// The network at a token, which may stand in a file of its own.
  package static func network(
    _ document: Document, _ token: Int
  ) throws(InputError) -> NetworkReader.Result {
    guard let target = try document.reference(at: token) else {
      return try NetworkReader(document: document).network(token)
    }
    return try NetworkReader(document: document.referenced(target)).network(Document.root)
  }

  private static func dnns(
    _ document: Document, _ token: Int, nodes: NameTable
  ) throws(InputError) -> DNNTable {
    var table = DNNTable()
    // References to one large file must take no more memory than the file, so they share its contents.
    var indices: [String: Int] = [:]
    for (key, value) in try document.members(of: token) {
      let name = try document.identifier(key)
      let target = try document.reference(at: value)
      try table.names.add(name, at: key, of: document)
      guard let target else {
        try DNNReader(document: document, nodes: nodes).read(value, name: name, into: &table)
        continue
      }
      if let index = indices[target.path] {
        table.repeatDNN(index, name: name)
      } else {
        indices[target.path] = table.dnns.count
        let source = try document.referenced(target)
        try DNNReader(document: source, nodes: nodes).read(Document.root, name: name, into: &table)
      }
    }
    return table
  }
}
