import Foundations

/// Makes unique ids from the labels of the nodes in a file.
enum NodeNames {
  /// A unique id for each node.
  ///
  /// The id is the label if no other node has the same, otherwise `LABEL (ID)`. If the label is empty, it is the id in
  /// the file. A number is appended to an id that is already taken.
  ///
  /// - Complexity: expected linear in the number of nodes.
  static func unique(_ nodes: [(label: String, id: String)]) -> [String] {
    var counts: [Name: Int] = [:]
    for node in nodes where !node.label.isEmpty { counts[Name(node.label), default: 0] += 1 }
    var taken = Set(counts.filter { $0.value == 1 }.keys)
    var last: [Name: Int] = [:]
    return nodes.map { node in
      if counts[Name(node.label)] == 1 { return node.label }
      let wanted = node.label.isEmpty ? (node.id.isEmpty ? "node" : node.id) : "\(node.label) (\(node.id))"
      var name = wanted
      while !taken.insert(Name(name)).inserted {
        let number = last[Name(wanted), default: 1] + 1
        last[Name(wanted)] = number
        name = "\(wanted) (\(number))"
      }
      return name
    }
  }
}
