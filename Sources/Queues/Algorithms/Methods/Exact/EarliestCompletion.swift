import Graphs
import Splitting

/// The plan with which a job is complete first, given when resources are busy: a shortest path in its layered graph whose arcs
/// take as long as the time at which they are entered has it. Who comes earlier is done no later, so that Dijkstra's algorithm
/// applies (Dreyfus, Operations Research 17, 1969).
struct EarliestCompletion {
  /// [s]
  let seconds: Double
  let plan: JobPlan

  /// - Complexity: O(L E (log(L N) + log of the busy stretches of a resource)), and interruptions.
  init?(_ problem: SchedulingProblem, job: Int, behind busy: BusyTimes) {
    let group = problem.group(of: job)
    let kind = group.kind
    let nodes = problem.tables.nodeCount
    var times = [Double](repeating: .infinity, count: (kind.layerCount + 1) * nodes)
    var parents = [Int](repeating: -1, count: times.count)
    let heap = KeyHeap()
    func reach(_ vertex: Int, at time: Double, from parent: Int) {
      guard time < times[vertex] else { return }
      times[vertex] = time
      parents[vertex] = parent
      heap.push(key: time, label: vertex)
    }
    reach(group.source, at: problem.instance.jobs[job].release, from: -1)
    let last = kind.layerCount * nodes + group.target
    while let entry = heap.pop() {
      let vertex = entry.label
      if vertex == last { break }
      if entry.key > times[vertex] { continue }
      let (stage, node) = (vertex / nodes, vertex % nodes)
      if stage < kind.layerCount, kind.seconds[vertex] < .infinity {
        reach(
          vertex + nodes, at: busy.end(of: kind.seconds[vertex], from: entry.key, at: node), from: vertex
        )
      }
      for arc in problem.tables.outgoing[node] {
        let resource = problem.resources.link(Int(arc.link))
        let sent = busy.end(of: kind.bits[stage] / arc.bandwidth, from: entry.key, at: resource)
        reach(stage * nodes + Int(arc.neighbour), at: sent + arc.delay, from: vertex)
      }
    }
    guard times[last] < .infinity else { return nil }
    seconds = times[last]
    var vertices = [last]
    while parents[vertices[vertices.count - 1]] >= 0 {
      vertices.append(parents[vertices[vertices.count - 1]])
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
