import Graphs
import Queues
import Splitting

/// The shortest path of a job through its layered graph if every visit to a resource waits for the load there: at a node
/// once for each run of layers, at a link each time that it is crossed.
///
/// ``/QueuesChecking/CompletionGuarantee`` charges each resource once, so that a job's guarantee is at most the value
/// found. The search is A* (Hart, Nilsson, Raphael 1968). Its bounds are the times without load, which are consistent,
/// because loads only add to them; a stage that came over a link to a node that is no relay has a bound of
/// its own. The search continues as long as a bound is within rounding of the best path: the value is then the
/// least over all paths, each added up from its source, to the last digit, and it never falls if loads grow.
final class LoadedSearch {
  private let tables: RoutingTables
  /// For each vertex, stage l at node u: at 2 l N + u in transit, N further within a run of layers.
  private var distance: [Double] = []
  private var parent: [Int32] = []
  private let heap = KeyHeap()

  init(_ tables: RoutingTables) { self.tables = tables }

  /// Bounds are sums in another order than distances.
  private static let rounding = 1 + 1e-12

  /// The path of a job of a group if visits wait for loads [s], nodes first; `nil` if there is none. The search takes
  /// O(L E log(L N)), and much less if loads are small.
  func path(of group: JobGroup, under loads: [Double]) -> LoadedPath? {
    let vertices = 2 * (group.kind.layerCount + 1) * tables.nodeCount
    distance.removeAll(keepingCapacity: true)
    distance.append(contentsOf: repeatElement(.infinity, count: vertices))
    if parent.count < vertices { parent = [Int32](repeating: -1, count: vertices) }
    heap.removeAll()
    guard let last = settle(group, loads) else { return nil }
    return trace(group, to: last)
  }

  /// The vertex at the target that is reached first.
  private func settle(_ group: JobGroup, _ loads: [Double]) -> Int? {
    let nodes = tables.nodeCount
    let kind = group.kind
    return distance.withUnsafeMutableBufferPointer { distance -> Int? in
      parent.withUnsafeMutableBufferPointer { parent -> Int? in
        group.remaining.seconds.withUnsafeBufferPointer { bound -> Int? in
          group.remaining.secondsOnArrival.withUnsafeBufferPointer { boundOnArrival -> Int? in
            loads.withUnsafeBufferPointer { loads -> Int? in
              func reach(_ vertex: Int, _ bound: Double, _ seconds: Double, from origin: Int) {
                guard seconds < distance[vertex], bound < .infinity else { return }
                distance[vertex] = seconds
                parent[vertex] = Int32(truncatingIfNeeded: origin)
                heap.push(key: seconds + bound, label: vertex)
              }
              reach(group.source, bound[group.source], 0, from: -1)
              var best: Int?
              var limit = Double.infinity
              while let entry = heap.pop(), entry.key <= limit {
                let vertex = entry.label
                let stage = vertex / (2 * nodes)
                let rest = vertex - stage * 2 * nodes
                let isRunning = rest >= nodes
                let node = isRunning ? rest - nodes : rest
                let row = stage * nodes + node
                let here = distance[vertex]
                if entry.key > here + (isRunning ? bound[row] : boundOnArrival[row]) { continue }
                if stage == kind.layerCount, node == group.target {
                  // The least, and of equal ones the first.
                  if here < best.map({ distance[$0] }) ?? .infinity { best = vertex }
                  limit = min(limit, here * Self.rounding)
                  continue
                }
                if stage < kind.layerCount, case let seconds = kind.seconds[row], seconds < .infinity {
                  let next = (stage + 1) * 2 * nodes + nodes + node
                  let done = here + (isRunning ? 0 : loads[node]) + seconds
                  reach(next, bound[row + nodes], done, from: vertex)
                }
                // The source's first vertex is where the job starts: nothing comes back to it.
                guard isRunning || vertex == group.source || tables.isRelay(node) else { continue }
                let bits = kind.bits[stage]
                for index in tables.outgoing.indices(from: node) {
                  let arc = tables.outgoing.arcs[index]
                  let head = Int(arc.head)
                  let there = here + loads[nodes + Int(arc.link)] + bits / arc.bandwidth + arc.delay
                  let bound = boundOnArrival[stage * nodes + head]
                  reach(stage * 2 * nodes + head, bound, there, from: vertex)
                }
              }
              return best
            }
          }
        }
      }
    }
  }

  private func trace(_ group: JobGroup, to last: Int) -> LoadedPath {
    let nodes = tables.nodeCount
    var vertices = [last]
    while parent[vertices[vertices.count - 1]] >= 0 {
      vertices.append(Int(parent[vertices[vertices.count - 1]]))
    }
    vertices.reverse()
    var plan = JobPlan(hosts: [], routes: [[group.source]])
    var services: [Service] = []
    for (tail, head) in zip(vertices, vertices.dropFirst()) {
      let (stage, nextStage) = (tail / (2 * nodes), head / (2 * nodes))
      let (node, nextNode) = (tail % nodes, head % nodes)
      if nextStage > stage {
        let seconds = group.kind.seconds[stage * nodes + node]
        services.append(Service(resource: node, seconds: seconds, delay: 0, layer: stage))
        plan.hosts.append(node)
        plan.routes.append([node])
      } else {
        guard let arc = tables.outgoing[node].first(where: { Int($0.head) == nextNode }) else {
          preconditionFailure("a search crosses links only")
        }
        let (resource, seconds) = (nodes + Int(arc.link), group.kind.bits[stage] / arc.bandwidth)
        services.append(Service(resource: resource, seconds: seconds, delay: arc.delay, layer: stage - 1))
        plan.routes[stage].append(nextNode)
      }
    }
    return LoadedPath(seconds: distance[last], plan: plan, services: services)
  }
}

/// A job's path, with its services at the resources that it visits.
struct LoadedPath: Sendable {
  /// The time from the release on: services, delays and waits [s].
  let seconds: Double
  let plan: JobPlan
  let services: [Service]

  /// The time of the same path under other loads, added up as the search does [s].
  func seconds(under loads: [Double]) -> Double {
    var last: Int?
    return services.reduce(0) { sum, service in
      // Layers that follow each other on a node are one visit; no path crosses a link twice in a row.
      let wait = service.resource == last ? 0 : loads[service.resource]
      last = service.resource
      return sum + wait + service.seconds + service.delay
    }
  }
}

extension [Double] {
  /// Adds the work of a path to the loads of resources.
  mutating func commit(_ path: LoadedPath) {
    for service in path.services { self[service.resource] += service.seconds }
  }
}
