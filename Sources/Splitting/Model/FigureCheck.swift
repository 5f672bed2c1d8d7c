import Problems

extension Instance {
  /// Refuses an instance whose figures are finite, but combine to values that a number cannot hold: a transfer of
  /// 1e300 bytes at 1e-300 bit/s would look like a missing route.
  ///
  /// - Throws: `PlanningError.figures`, which names the place.
  /// - Complexity: O(N + E + J L).
  package func checkFigures() throws(PlanningError) {
    let used = jobs.lazy.map { dnns[$0.dnn] }
    let layers = used.flatMap(\.layers)
    let mostBytes = max(used.map(\.input).max() ?? 0, layers.map(\.output).max() ?? 0)
    let mostWork = layers.map { $0.work ?? 0 }.max() ?? 0
    let mostTraffic = layers.map(\.traffic).max() ?? 0
    var longestTime = layers.flatMap(\.times).map(\.seconds).max() ?? 0
    for node in network.nodes where node.compute > 0 {
      let seconds = (mostWork + node.backlog) / node.compute
      guard seconds.isFinite else {
        throw .figures("node \(quoted(node.id)): computing takes longer than any number of seconds")
      }
      let moving = node.memoryBandwidth.map { mostTraffic / $0 } ?? 0
      guard moving.isFinite else {
        throw .figures(
          "node \(quoted(node.id)): moving a layer's bytes takes longer than any number of seconds")
      }
      longestTime = max(longestTime, seconds, moving)
    }
    var overAllLinks = 0.0
    for link in network.links {
      let seconds = 8 * (mostBytes + link.backlog) / link.bandwidth + link.latency
      guard seconds.isFinite else {
        let ends = [link.tail, link.head].map { quoted(network.nodes[$0].id) }
        throw .figures(
          "link from \(ends[0]) to \(ends[1]): a transfer takes longer than any number of seconds")
      }
      overAllLinks += seconds
    }
    let longestStep = longestTime + overAllLinks
    var (total, bits, load, memory) = (0.0, 0.0, 0.0, 0.0)
    for job in jobs {
      let layers = dnns[job.dnn].layers
      let steps = Double(layers.count + 1)
      total += max(1, job.weight) * steps * longestStep
      bits += 8 * job.rate * mostBytes * steps
      load += job.rate * longestTime * steps
      memory += layers.reduce(0) { $0 + $1.footprint }
      guard [total, 8 * job.rate, bits, load, memory].allSatisfy(\.isFinite) else {
        throw .figures("job \(quoted(job.id)): its latency or load can exceed any number")
      }
    }
  }
}
