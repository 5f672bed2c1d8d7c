import Graphs

/// For every stage and node, the least cost until the result is at the target. Where services and delays cost what they
/// take, that is a lower bound on the time under any load, since loads only add.
struct RemainingTimes: Sendable {
  /// Of stage l at node u [s, where costs are], at l N + u; infinite where there is no way.
  let seconds: [Double]
  /// The vertex that comes next on the way to the target; -1 there, and where there is no way.
  let next: [Int32]

  /// - Parameters:
  ///   - kind: of the job.
  ///   - target: where its result is wanted.
  ///   - incoming: the network's links, by the node that they enter.
  ///   - cost: of a service, by its resource, what it takes and the delay after it [s].
  /// - Complexity: O(L E log N).
  init(
    _ kind: JobKind, target: Int, over incoming: ArcLists,
    cost: (_ resource: Int, _ seconds: Double, _ delay: Double) -> Double
  ) {
    let nodes = incoming.firstArc.count - 1
    var seconds = [Double](repeating: .infinity, count: (kind.layerCount + 1) * nodes)
    var next = [Int32](repeating: -1, count: seconds.count)
    let heap = KeyHeap()
    for stage in (0...kind.layerCount).reversed() {
      let row = stage * nodes
      if stage == kind.layerCount {
        seconds[row + target] = 0
      } else {
        for node in 0..<nodes {
          let own = kind.seconds[row + node]
          // A price of 0 makes nothing possible that is not.
          guard own < .infinity else { continue }
          seconds[row + node] = cost(node, own, 0) + seconds[row + nodes + node]
          next[row + node] = Int32(row + nodes + node)
        }
      }
      for node in 0..<nodes where seconds[row + node] < .infinity {
        heap.push(key: seconds[row + node], label: node)
      }
      while let entry = heap.pop() {
        let node = entry.label
        if entry.key > seconds[row + node] { continue }
        for arc in incoming[node] {
          let distance =
            entry.key + cost(nodes + Int(arc.link), kind.bits[stage] / arc.bandwidth, arc.delay)
          if distance < seconds[row + Int(arc.neighbour)] {
            seconds[row + Int(arc.neighbour)] = distance
            next[row + Int(arc.neighbour)] = Int32(row + node)
            heap.push(key: distance, label: Int(arc.neighbour))
          }
        }
      }
    }
    self.seconds = seconds
    self.next = next
  }
}
