import Documents
import Foundations

/// Puts nodes in an order in which every tensor is produced before it is used. ONNX requires such an order in the file.
/// The order of the file is kept as far as it fulfils this.
enum NodeOrder {
  /// The indices of some nodes in the new order, in time linear in the number of their inputs and outputs.
  ///
  /// - Throws: if two nodes produce the same tensor, or if the nodes form a cycle; the message begins with `place`.
  static func sorted(_ nodes: [ONNXNodeProto], file: String, place: String) throws(InputError) -> [Int] {
    var producers: [Name: Int] = [:]
    for (index, node) in nodes.enumerated() {
      for output in node.output where !output.isEmpty {
        guard producers.updateValue(index, forKey: Name(output)) == nil else {
          throw InputError(
            file: file, path: "\(place).node[\(index)]",
            message: "the tensor \(TerminalText.quoted(output)) is produced twice")
        }
      }
    }
    let search = DepthFirstSearch(from: nodes.indices, count: nodes.count) { index in
      names(in: nodes[index]).compactMap { producers[Name($0)] }
    }
    guard let cycle = search.cycle else { return search.order }
    let places = cycle.prefix(10).map { "node[\($0)]" }.joined(separator: ", ")
    throw InputError(
      file: file, path: "\(place).node[\(cycle[0])]",
      message: "the nodes form a cycle, in which each needs an output of the next: \(places)"
        + (cycle.count > 10 ? ", …" : ""))
  }

  /// The indices of the nodes that lead to some tensors, in time linear in the number of their inputs and outputs.
  static func needed(for tensors: [String], _ nodes: [ONNXNodeProto]) -> Set<Int> {
    var producers: [Name: Int] = [:]
    for (index, node) in nodes.enumerated() {
      for output in node.output where !output.isEmpty { producers[Name(output)] = index }
    }
    let search = DepthFirstSearch(from: tensors.compactMap { producers[Name($0)] }, count: nodes.count) {
      names(in: nodes[$0]).compactMap { producers[Name($0)] }
    }
    return Set(search.order)
  }

  /// The names that a node reads, including those that its subgraphs read from outside.
  static func names(in node: ONNXNodeProto) -> [String] {
    node.input + node.attribute.flatMap { $0.hasG ? names(readBy: $0.g) : [] }
  }

  /// The names that a subgraph reads from outside.
  static func names(readBy graph: ONNXGraphProto) -> [String] {
    let own = Set(graph.node.flatMap(\.output).map { Name($0) })
    let read = graph.node.flatMap { names(in: $0) } + graph.output.map(\.name)
    return read.filter { !own.contains(Name($0)) }
  }
}
