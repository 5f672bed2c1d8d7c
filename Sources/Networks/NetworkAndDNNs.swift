import Documents
import Foundations

/// The DNNs of an instance, with the indices of their names and of their layers' names.
package struct DNNTable {
  package fileprivate(set) var dnns: [DNN] = []
  package fileprivate(set) var names = NameTable("DNN")
  /// The layers of each DNN by name.
  package fileprivate(set) var layers: [NameTable] = []
}

/// Reads the network and the DNNs of an instance of any kind; each may be in a separate file.
package struct NetworkAndDNNs {
  package let network: Network
  package let nodes: NameTable
  package private(set) var dnns = DNNTable()

  /// Reads the network alone, given its token and the keys of the problem, with the indices of its nodes' names.
  package static func network(
    _ document: Document, _ token: Int, _ keys: NetworkKeys = .layers
  ) throws(InputError) -> (network: Network, nodes: NameTable) {
    guard let target = try document.reference(at: token) else { return try document.network(token, keys) }
    return try document.referenced(target).network(Document.root, keys)
  }

  /// Reads them from an instance, given the tokens of its network and of its DNNs by name.
  package init(in document: Document, network: Int, dnns: Int) throws(InputError) {
    (self.network, nodes) = try Self.network(document, network)
    // References to one large file must take no more memory than the file, so they share its contents.
    var files: [String: (dnn: DNN, layers: NameTable)] = [:]
    for (key, value) in try document.members(of: dnns) {
      let name = try document.identifier(key)
      let target = try document.reference(at: value)
      try self.dnns.names.add(name, at: key, of: document)
      var entry: (dnn: DNN, layers: NameTable)
      if let target, let known = files[target.path] {
        entry = known
      } else if let target {
        entry = try document.referenced(target).dnn(Document.root, nodes: nodes)
        files[target.path] = entry
      } else {
        entry = try document.dnn(value, nodes: nodes)
      }
      entry.dnn.name = name
      self.dnns.dnns.append(entry.dnn)
      self.dnns.layers.append(entry.layers)
    }
  }
}
