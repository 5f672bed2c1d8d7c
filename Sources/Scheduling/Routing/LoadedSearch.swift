import Graphs
import LayerRoute

/// The shortest way of a job through its layered graph where every visit of a resource waits for the load that is there:
/// for a node once a run of layers, for a link each time it is crossed.
///
/// That is more than ``CompletionGuarantee`` charges, which counts each resource once, so that a job's guarantee is at most
/// the value found. The search is A* (Hart, Nilsson, Raphael 1968) with the times without load as bounds, which are
/// consistent since loads only add.
final class LoadedSearch {
  private let tables: RoutingTables
  /// For each vertex, stage l at node u: at 2 l N + u in transit, N further where a run of layers is under way.
  private var distance: [Double] = []
  private var parent: [Int32] = []
  private var heap = DistanceHeap()

  init(_ tables: RoutingTables) { self.tables = tables }

  /// A way and what it uses.
  struct Way: Sendable {
    /// From the release on: services, delays and waits [s].
    let seconds: Double
    let plan: JobPlan
    /// The resources visited and what each visit takes, in order: a node once a run.
    let visits: [(resource: Int, seconds: Double)]
    /// Services and delays [s].
    let undisturbed: Double

    /// What the same way takes under other loads, charged the same way [s].
    func seconds(under loads: [Double]) -> Double {
      visits.reduce(undisturbed) { $0 + loads[$1.resource] }
    }
  }

  /// - Parameters:
  ///   - job: index of the job.
  ///   - source: where its input is.
  ///   - target: where its result is wanted.
  ///   - loads: what a visit waits at each resource [s], nodes first.
  /// - Returns: `nil` where there is no way.
  /// - Complexity: O(L E log(L N)), and much less where loads are small.
  func way(ofJob job: Int, from source: Int, to target: Int, under loads: [Double]) -> Way? {
    let kind = tables.kinds[tables.kindOfJob[job]]
    let nodes = tables.nodeCount
    let vertices = 2 * (kind.layerCount + 1) * nodes
    distance.removeAll(keepingCapacity: true)
    distance.append(contentsOf: repeatElement(.infinity, count: vertices))
    if parent.count < vertices { parent = [Int32](repeating: -1, count: vertices) }
    heap.removeAll()
    guard let last = settle(kind, tables.bounds[tables.boundOfJob[job]].seconds, source, target, loads) else {
      return nil
    }
    return trace(kind, from: source, to: last)
  }

  /// The vertex at the target that is reached first.
  private func settle(
    _ kind: RoutingTables.JobKind, _ bound: [Double], _ source: Int, _ target: Int, _ loads: [Double]
  ) -> Int? {
    let nodes = tables.nodeCount
    return distance.withUnsafeMutableBufferPointer { distance -> Int? in
      parent.withUnsafeMutableBufferPointer { parent -> Int? in
        bound.withUnsafeBufferPointer { bound -> Int? in
          loads.withUnsafeBufferPointer { loads -> Int? in
            func reach(_ vertex: Int, _ row: Int, _ seconds: Double, from origin: Int) {
              guard seconds < distance[vertex] else { return }
              let left = bound[row]
              guard left < .infinity else { return }
              distance[vertex] = seconds
              parent[vertex] = Int32(truncatingIfNeeded: origin)
              heap.push(distance: seconds + left, node: Int32(truncatingIfNeeded: vertex))
            }
            reach(source, source, 0, from: -1)
            while let entry = heap.pop() {
              let vertex = Int(entry.node)
              let stage = vertex / (2 * nodes)
              let rest = vertex - stage * 2 * nodes
              let isRunning = rest >= nodes
              let node = isRunning ? rest - nodes : rest
              let row = stage * nodes + node
              let here = distance[vertex]
              if entry.distance > here + bound[row] { continue }
              if stage == kind.layerCount, node == target { return vertex }
              if stage < kind.layerCount {
                let seconds = kind.seconds[row]
                if seconds < .infinity {
                  let wait = isRunning ? 0 : loads[node]
                  reach(
                    (stage + 1) * 2 * nodes + nodes + node, row + nodes, here + wait + seconds, from: vertex)
                }
              }
              let bits = kind.bits[stage]
              for index in Int(tables.firstArc[node])..<Int(tables.firstArc[node + 1]) {
                let arc = tables.arcs[index]
                let head = Int(arc.head)
                reach(
                  stage * 2 * nodes + head, stage * nodes + head,
                  here + loads[nodes + Int(arc.link)] + bits * arc.secondsPerBit + arc.delay, from: vertex)
              }
            }
            return nil
          }
        }
      }
    }
  }

  private func trace(_ kind: RoutingTables.JobKind, from source: Int, to last: Int) -> Way {
    let nodes = tables.nodeCount
    var vertices = [last]
    while parent[vertices[vertices.count - 1]] >= 0 {
      vertices.append(Int(parent[vertices[vertices.count - 1]]))
    }
    vertices.reverse()
    var hosts: [Int] = []
    var routes: [[Int]] = [[source]]
    var visits: [(resource: Int, seconds: Double)] = []
    var undisturbed = 0.0
    for (tail, head) in zip(vertices, vertices.dropFirst()) {
      let (stage, nextStage) = (tail / (2 * nodes), head / (2 * nodes))
      let (node, nextNode) = (tail % nodes, head % nodes)
      if nextStage > stage {
        let seconds = kind.seconds[stage * nodes + node]
        let isRunning = tail % (2 * nodes) >= nodes
        if isRunning, let run = visits.indices.last {
          visits[run].seconds += seconds
        } else {
          visits.append((node, seconds))
        }
        undisturbed += seconds
        hosts.append(node)
        routes.append([node])
      } else {
        let arc = tables.arcs[Int(tables.firstArc[node])..<Int(tables.firstArc[node + 1])]
          .first { Int($0.head) == nextNode }
        guard let arc else { preconditionFailure("a search crosses links only") }
        let seconds = kind.bits[stage] * arc.secondsPerBit
        visits.append((nodes + Int(arc.link), seconds))
        undisturbed += seconds + arc.delay
        routes[routes.count - 1].append(nextNode)
      }
    }
    return Way(
      seconds: distance[last], plan: JobPlan(hosts: hosts, routes: routes), visits: visits,
      undisturbed: undisturbed)
  }
}
