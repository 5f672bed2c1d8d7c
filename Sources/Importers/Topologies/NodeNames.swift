import Foundations

/// Makes ids of the labels that the nodes of a file have.
enum NodeNames {
  /// The label where it is not empty and no other node has it, otherwise `LABEL (ID)`, or the file's id where there is
  /// no label; where another node has that too, with a number behind it.
  ///
  /// - Complexity: linear in the number of nodes, expected.
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
