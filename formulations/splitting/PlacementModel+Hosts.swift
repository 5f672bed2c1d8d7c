import LinearModels
import Splitting

/// The rows on the hosts of layers alone.
extension PlacementModel {
  /// Adds hosts: sum of used[u] <= K, and use[j,l,u]: x[j,l,u] <= used[u], if the limit K could bind.
  mutating func addHostLimit() {
    let hosts = stated.possibleHosts
    guard let limit = instance.hostLimit, limit < hosts.count else { return }
    model.comments.append("used_u = 1 if some layer runs on node u.")
    for host in hosts { used[host] = model.addBinary(Label("used", host)) }
    for (job, choices) in stated.jobs.enumerated() {
      for (layer, candidates) in choices.hosts.enumerated() {
        for (host, x) in zip(candidates, x[job][layer]) {
          if let used = used[host] { model.add(Label("use", job, layer + 1, host), x <= used) }
        }
      }
    }
    model.add(Label("hosts"), sum(over: hosts.compactMap { used[$0] }) { $0 } <= Double(limit))
  }

  /// Adds, for each node u that could run several runs of layers of a contiguous job, runs[j,u]: sum over l of
  /// start[j,l,u] <= 1, with begin[j,l,u]: start[j,l,u] >= x[j,l,u] - x[j,l-1,u]. Where the layer before cannot run on u,
  /// start is x itself.
  mutating func addContiguity() {
    var isExplained = false
    for (job, choices) in stated.jobs.enumerated() where instance.jobs[job].isContiguous {
      var layersOfNode: [Int: [(layer: Int, x: Variable)]] = [:]
      for (layer, hosts) in choices.hosts.enumerated() {
        for (host, x) in zip(hosts, x[job][layer]) { layersOfNode[host, default: []].append((layer, x)) }
      }
      for (node, layers) in layersOfNode.sorted(by: { $0.key < $1.key })
      where layers[layers.count - 1].layer > layers[0].layer + 1 {
        var starts: [LinearExpression] = [layers[0].x.expression]
        for (before, here) in zip(layers, layers.dropFirst()) {
          guard before.layer == here.layer - 1 else {
            starts.append(here.x.expression)
            continue
          }
          let start = model.addContinuous(Label("start", job, here.layer + 1, node), upper: 1)
          let begins = here.x.expression - before.x.expression
          model.add(Label("begin", job, here.layer + 1, node), start.expression - begins >= 0.0)
          maxima.append(Maximum(variable: start, terms: [begins]))
          starts.append(start.expression)
          isExplained = true
        }
        model.add(Label("runs", job, node), sum(over: starts) { $0 } <= 1.0)
      }
    }
    if isExplained {
      model.comments.append("start_j_l_u = 1 if a run of layers of job j on node u begins with layer l.")
    }
  }
}
