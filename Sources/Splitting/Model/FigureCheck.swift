import Foundations
import Problems

extension Instance {
  /// Refuses an instance whose figures are finite, but combine to values that a number cannot hold.
  ///
  /// Without the check, a transfer of 1e300 bytes at 1e-300 bit/s would look like a missing route.
  ///
  /// - Throws: `PlanningError.figures`, which names the place.
  /// - Complexity: O(N + E + J L).
  package func checkFigures() throws(PlanningError) {
    let used = jobs.map { dnns[$0.dnn] }
    let mostBytes = used.flatMap { [$0.input] + $0.layers.map(\.output) }.max() ?? 0
    let mostWork = used.flatMap { $0.layers.map { $0.work ?? 0 } }.max() ?? 0
    let longestTime = used.flatMap { $0.layers.flatMap { $0.times.map(\.seconds) } }.max() ?? 0
    var longest = longestTime
    for node in network.nodes where node.compute > 0 {
      let seconds = (mostWork + node.backlog) / node.compute
      guard seconds.isFinite else {
        throw .figures(
          "node \(TerminalText.quoted(node.id.text)): computing takes longer than any number of seconds")
      }
      longest = max(longest, seconds)
    }
    var overAllLinks = 0.0
    for link in network.links {
      let seconds = 8 * (mostBytes + link.backlog) / link.bandwidth + link.latency
      guard seconds.isFinite else {
        let ends = [link.tail, link.head].map { TerminalText.quoted(network.nodes[$0].id.text) }
        throw .figures(
          "link from \(ends[0]) to \(ends[1]): a transfer takes longer than any number of seconds")
      }
      overAllLinks += seconds
    }
    try checkJobs(longestStep: longest + overAllLinks, mostBytes: mostBytes, longestTime: longest)
  }

  private func checkJobs(
    longestStep: Double, mostBytes: Double, longestTime: Double
  ) throws(PlanningError) {
    var (total, bits, load, memory) = (0.0, 0.0, 0.0, 0.0)
    for job in jobs {
      let layers = dnns[job.dnn].layers
      let steps = Double(layers.count + 1)
      total += max(1, job.weight) * steps * longestStep
      bits += 8 * job.rate * mostBytes * steps
      load += job.rate * longestTime * steps
      memory += layers.reduce(0) { $0 + $1.memory }
      guard [total, 8 * job.rate, bits, load, memory].allSatisfy(\.isFinite) else {
        let name = TerminalText.quoted(job.id.text)
        throw .figures("job \(name): its latency or load can exceed any number")
      }
    }
  }
}
