import Foundations

/// Ids of nodes: those that an instance needs, and those that do not exist.
enum NodeNames {
  /// A unique id for each node: the label if no other node has the same, otherwise `LABEL (ID)`. If the label is empty,
  /// it is the id in the file. A number is appended to an id that is already taken.
  static func unique(_ nodes: [(label: String, id: String)]) -> [String] {
    var counts: [Name: Int] = [:]
    for node in nodes where !node.label.isEmpty { counts[Name(node.label), default: 0] += 1 }
    var names = UniqueNames(taken: Set(counts.filter { $0.value == 1 }.keys))
    return nodes.map { node in
      if counts[Name(node.label)] == 1 { return node.label }
      let label = node.label.isEmpty ? (node.id.isEmpty ? "node" : node.id) : "\(node.label) (\(node.id))"
      return names.unique(label)
    }
  }

  /// The message for an id that no node has.
  static func unknown(_ id: String, among ids: some Sequence<String>) -> String {
    let hint =
      EditDistance.nearest(to: id, among: ids).map { "; did you mean \(TerminalText.quoted($0))?" } ?? ""
    return "there is no node \(TerminalText.quoted(id))\(hint)"
  }
}
