import ServingFlows

/// The capacities of all links as a matrix, cut to what can matter at a value F.
struct LinkTable {
  let machineCount: Int
  let value: Double
  let fromSource: [Double]
  let toSink: [Double]
  private var between: [Double]

  /// The largest number of machines with a matrix of reasonable size.
  static let mostMachines = 2_000

  /// Capacities cut to F and to the most that can flow through both ends.
  init(_ figures: ClusterFigures, limits: [Double], value: Double) {
    let count = figures.machineCount
    machineCount = count
    self.value = value
    let top = (0..<count).map { min(value, limits[$0], figures.topRate(ofMachine: $0)) }
    fromSource = (0..<count).map { min(top[$0], figures.fromSource[$0]) }
    toSink = (0..<count).map { min(top[$0], figures.toSink[$0]) }
    between = Array(repeating: 0, count: count * count)
    for tail in 0..<count {
      for link in figures.linkStarts[tail]..<figures.linkStarts[tail + 1] {
        let head = figures.linkHeads[link]
        between[tail * count + head] = min(top[tail], top[head], figures.linkCapacities[link])
      }
    }
  }

  func capacity(_ tail: Int, _ head: Int) -> Double { between[tail * machineCount + head] }

  /// Whether two machines of one type can be exchanged without changing a link.
  ///
  /// - Parameter typeOfMachine: -1 for machines of no use, whose links do not matter.
  func areTwins(_ first: Int, _ second: Int, _ typeOfMachine: [Int]) -> Bool {
    guard fromSource[first] == fromSource[second], toSink[first] == toSink[second],
      capacity(first, second) == capacity(second, first)
    else { return false }
    for other in 0..<machineCount where other != first && other != second && typeOfMachine[other] >= 0 {
      if capacity(first, other) != capacity(second, other)
        || capacity(other, first) != capacity(other, second)
      {
        return false
      }
    }
    return true
  }

  /// The component of each machine in the graph of the links that carry F, named by a machine in it.
  ///
  /// - Complexity: O(n^2).
  func components(of machines: [Int]) -> [Int] {
    var component = [Int](repeating: -1, count: machineCount)
    for start in machines where component[start] < 0 {
      component[start] = start
      var stack = [start]
      while let machine = stack.popLast() {
        for other in machines where component[other] < 0 {
          if max(capacity(machine, other), capacity(other, machine)) >= value {
            component[other] = start
            stack.append(other)
          }
        }
      }
    }
    return component
  }
}
