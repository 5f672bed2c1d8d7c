/// The strongly connected components of a directed graph (Tarjan 1972), found without recursion in linear time.
struct StronglyConnectedComponents {
  /// The components in topological order, each after those that lead to it; its vertices ascend.
  private(set) var components: [[Int]] = []

  /// Finds the components of the graph in which every vertex leads to some others.
  init(_ successors: [[Int]]) {
    var number = [Int](repeating: -1, count: successors.count)
    var lowest = number
    var isOpen = [Bool](repeating: false, count: successors.count)
    var open: [Int] = []
    var stack: [(vertex: Int, next: Int)] = []
    var count = 0
    func begin(_ vertex: Int) {
      (number[vertex], lowest[vertex], isOpen[vertex]) = (count, count, true)
      count += 1
      open.append(vertex)
      stack.append((vertex, 0))
    }
    for root in successors.indices where number[root] < 0 {
      begin(root)
      while let (vertex, next) = stack.last {
        guard next < successors[vertex].count else {
          stack.removeLast()
          if let parent = stack.last?.vertex { lowest[parent] = min(lowest[parent], lowest[vertex]) }
          if lowest[vertex] == number[vertex], let start = open.lastIndex(of: vertex) {
            components.append(open[start...].sorted())
            for member in open[start...] { isOpen[member] = false }
            open.removeSubrange(start...)
          }
          continue
        }
        stack[stack.count - 1].next += 1
        let successor = successors[vertex][next]
        if number[successor] < 0 {
          begin(successor)
        } else if isOpen[successor] {
          lowest[vertex] = min(lowest[vertex], number[successor])
        }
      }
    }
    // They are found the last first.
    components.reverse()
  }
}
