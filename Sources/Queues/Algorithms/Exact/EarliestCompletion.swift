import Graphs
import Splitting

/// The plan with which a job is complete first, given the times at which resources are busy.
///
/// It is a shortest path in the layered graph whose arcs have lengths that depend on the time. A job that enters an arc
/// earlier leaves it no later, so that Dijkstra's algorithm applies (Dreyfus, Operations Research 17, 1969).
struct EarliestCompletion {
  /// [s]
  let seconds: Double
  let plan: JobPlan

  /// - Complexity: O(L E (log(L N) + log S)) for S busy stretches of a resource, and interruptions.
  init?(_ batch: Batch, job: Int, behind busy: BusyTimes) {
    let group = batch.group(of: job)
    let kind = group.kind
    let nodes = batch.tables.nodeCount
    var times = [Double](repeating: .infinity, count: (kind.layerCount + 1) * nodes)
    var parents = [Int](repeating: -1, count: times.count)
    let heap = KeyHeap()
    func reach(_ vertex: Int, at time: Double, from parent: Int) {
      guard time < times[vertex] else { return }
      times[vertex] = time
      parents[vertex] = parent
      heap.push(key: time, label: vertex)
    }
    func send(from vertex: Int, at time: Double) {
      let (stage, node) = (vertex / nodes, vertex % nodes)
      for arc in batch.tables.outgoing[node] {
        let resource = batch.resources.link(Int(arc.link))
        let sent = busy.end(of: kind.bits[stage] / arc.bandwidth, from: time, at: resource)
        reach(stage * nodes + Int(arc.head), at: sent + arc.delay, from: vertex)
      }
    }
    reach(group.source, at: batch.jobs[job].release, from: -1)
    if !batch.tables.isRelay(group.source) { send(from: group.source, at: batch.jobs[job].release) }
    let last = kind.layerCount * nodes + group.target
    while let entry = heap.pop() {
      let vertex = entry.label
      if vertex == last { break }
      if entry.key > times[vertex] { continue }
      let (stage, node) = (vertex / nodes, vertex % nodes)
      if stage < kind.layerCount, kind.seconds[vertex] < .infinity {
        let done = busy.end(of: kind.seconds[vertex], from: entry.key, at: node)
        reach(vertex + nodes, at: done, from: vertex)
        // What was computed here may leave; what came here over a link may not, even if it was here earlier.
        if !batch.tables.isRelay(node) { send(from: vertex + nodes, at: done) }
      }
      if batch.tables.isRelay(node) { send(from: vertex, at: entry.key) }
    }
    guard times[last] < .infinity else { return nil }
    seconds = times[last]
    var vertices = [last]
    var previous = parents[last]
    while previous >= 0 {
      let isSent = previous / nodes == vertices[vertices.count - 1] / nodes
      vertices.append(previous)
      // What was sent from a node that is no relay was computed there, or starts there.
      let isMade = isSent && !batch.tables.isRelay(previous % nodes)
      previous = isMade ? previous - nodes : parents[previous]
    }
    var plan = JobPlan(hosts: [], routes: [[group.source]])
    for vertex in vertices.reversed().dropFirst() {
      let (stage, node) = (vertex / nodes, vertex % nodes)
      if stage == plan.hosts.count {
        plan.routes[stage].append(node)
      } else {
        plan.hosts.append(node)
        plan.routes.append([node])
      }
    }
    self.plan = plan
  }
}
