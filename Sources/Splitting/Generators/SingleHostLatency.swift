import Networks
import Splitting

/// The shortest latency of a job with all of its layers on one host, without memory and load constraints: the
/// best latency of a plan that does not split.
struct SingleHostLatency {
  /// The latency [s]; infinite if no host can serve the job.
  let seconds: Double

  /// - Complexity: two label-correcting searches (Bellman and Ford), nearly linear on the generated networks.
  init(of job: Int, in instance: Instance) {
    let network = instance.network
    let dnn = instance.dnn(ofJob: job)
    let arriving = Self.distances(
      from: instance.jobs[job].source, size: dnn.input, network, tail: \.tail, head: \.head)
    let leaving = Self.distances(
      from: instance.jobs[job].target, size: dnn.layers.last?.output ?? dnn.input, network, tail: \.head,
      head: \.tail)
    let visits = instance.options.waiting == .visit ? 1 : Double(dnn.layers.count)
    seconds =
      network.nodes.indices.map { node in
        let figures = network.nodes[node]
        guard figures.compute > 0 else { return .infinity }
        let atHost = (dnn.work + visits * figures.backlog) / figures.compute
        return arriving[node] + atHost + leaving[node]
      }.min() ?? .infinity
  }

  /// The time of a tensor [byte] from a node to every other [s], along links read from `tail` to `head`.
  private static func distances(
    from start: Int, size: Double, _ network: Network, tail: KeyPath<Link, Int>, head: KeyPath<Link, Int>
  ) -> [Double] {
    var leaving = [[Int]](repeating: [], count: network.nodes.count)
    for (index, link) in network.links.enumerated() { leaving[link[keyPath: tail]].append(index) }
    var distances = [Double](repeating: .infinity, count: network.nodes.count)
    distances[start] = 0
    var isNext = [Bool](repeating: false, count: network.nodes.count)
    var frontier = [start]
    while !frontier.isEmpty {
      var next: [Int] = []
      for node in frontier { isNext[node] = false }
      for node in frontier {
        for index in leaving[node] {
          let link = network.links[index]
          let duration = 8 * (size + link.backlog) / link.bandwidth + link.latency
          let reached = link[keyPath: head]
          guard distances[node] + duration < distances[reached] else { continue }
          distances[reached] = distances[node] + duration
          if !isNext[reached] { next.append(reached) }
          isNext[reached] = true
        }
      }
      frontier = next
    }
    return distances
  }
}
