import Documents
import Foundations

/// Puts nodes in an order in which every tensor is produced before it is used.
///
/// ONNX requires such an order in the file. The order of the file is kept as far as it fulfils this.
struct NodeOrder {
  private let nodes: [ONNXNodeProto]
  private var producers: [Name: Int] = [:]
  private var states: [State]
  private(set) var order: [Int] = []

  private enum State { case untouched, begun, done }

  /// Sorts nodes.
  ///
  /// - Parameters:
  ///   - nodes: the nodes in the order of the file.
  ///   - file: the name of the file, for messages.
  ///   - place: the place of the nodes in the file, for messages.
  /// - Returns: the indices of the nodes in the new order.
  /// - Throws: if two nodes produce the same tensor, or if the nodes form a cycle.
  /// - Complexity: linear in the number of inputs and outputs of all nodes.
  static func sorted(
    _ nodes: [ONNXNodeProto], file: String, place: String
  ) throws(InputError) -> [Int] {
    var sort = NodeOrder(nodes)
    for (index, node) in nodes.enumerated() {
      for output in node.output where !output.isEmpty {
        guard sort.producers.updateValue(index, forKey: Name(output)) == nil else {
          throw InputError(
            file: file, path: "\(place).node[\(index)]",
            message: "the tensor \(TerminalText.quoted(output)) is produced twice")
        }
      }
    }
    for index in nodes.indices {
      guard let cycle = sort.visit(index) else { continue }
      let names = cycle.prefix(10).map { "node[\($0)]" }.joined(separator: ", ")
      throw InputError(
        file: file, path: "\(place).node[\(cycle[0])]",
        message: "the nodes form a cycle, in which each needs an output of the next: \(names)"
          + (cycle.count > 10 ? ", …" : ""))
    }
    return sort.order
  }

  private init(_ nodes: [ONNXNodeProto]) {
    self.nodes = nodes
    states = [State](repeating: .untouched, count: nodes.count)
  }

  /// Appends a node after all nodes that it needs.
  ///
  /// - Returns: nodes that form a cycle; `nil` if there is no cycle.
  private mutating func visit(_ root: Int) -> [Int]? {
    guard states[root] == .untouched else { return nil }
    var stack = [(node: root, needs: needs(root))]
    states[root] = .begun
    while let top = stack.last {
      guard let next = top.needs.last else {
        states[top.node] = .done
        order.append(top.node)
        stack.removeLast()
        continue
      }
      stack[stack.count - 1].needs.removeLast()
      switch states[next] {
      case .done: continue
      case .begun:
        let start = stack.firstIndex { $0.node == next } ?? 0
        return stack[start...].map(\.node)
      case .untouched:
        states[next] = .begun
        stack.append((next, needs(next)))
      }
    }
    return nil
  }

  /// The nodes that produce the inputs of a node, in reverse order: the last in the list is visited first.
  private func needs(_ index: Int) -> [Int] {
    names(in: nodes[index]).compactMap { producers[Name($0)] }.reversed()
  }

  /// The names that a node reads, including those that its subgraphs read from outside.
  private func names(in node: ONNXNodeProto) -> [String] {
    let inner = node.attribute.filter { !$0.g.node.isEmpty || !$0.g.output.isEmpty }.flatMap { attribute in
      let own = Set(attribute.g.node.flatMap(\.output).map { Name($0) })
      let read = attribute.g.node.flatMap { names(in: $0) } + attribute.g.output.map(\.name)
      return read.filter { !own.contains(Name($0)) }
    }
    return node.input + inner
  }
}
