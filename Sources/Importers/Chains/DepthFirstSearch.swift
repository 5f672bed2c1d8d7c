/// Puts every vertex of a directed graph after those that it needs, which come in the order in which it names them.
struct DepthFirstSearch {
  /// The vertices that were visited, in order.
  private(set) var order: [Int] = []
  /// Vertices that form a cycle, each needing the next, at which the search ended; `nil` if there is none.
  private(set) var cycle: [Int]?

  private enum State { case untouched, begun, done }

  /// Visits some vertices below `count` and all that they need, in time linear in the size of the graph.
  init(from roots: some Sequence<Int>, count: Int, needs: (Int) -> [Int]) {
    var states = [State](repeating: .untouched, count: count)
    var stack: [(vertex: Int, needs: ArraySlice<Int>)] = []
    for root in roots where states[root] == .untouched {
      states[root] = .begun
      stack.append((root, needs(root)[...]))
      while let vertex = stack.last?.vertex {
        guard let next = stack[stack.count - 1].needs.popFirst() else {
          states[vertex] = .done
          order.append(vertex)
          stack.removeLast()
          continue
        }
        switch states[next] {
        case .done: continue
        case .begun:
          cycle = stack.drop { $0.vertex != next }.map(\.vertex)
          return
        case .untouched:
          states[next] = .begun
          stack.append((next, needs(next)[...]))
        }
      }
    }
  }
}
