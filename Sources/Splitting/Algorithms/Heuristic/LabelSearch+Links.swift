import Foundations
import Splitting

/// Moves link by link.
extension LabelSearch {
  /// Moves a stage over the links; returns the label that reaches the target in the last stage.
  mutating func spread(_ job: RoutingJob, _ query: Query, _ stage: Int, _ budget: Budget) -> Int32? {
    passing.reset(count: resources.nodeCount, width: query.width)
    heap.removeAll()
    if stage == 0 {
      passing.append(0, at: job.source)
      heap.push(key: 0, label: 0)
    } else {
      for host in 0..<job.hostCount {
        let isRelay = job.network.forward.isRelay(job.hosts[host])
        for index in 0..<before.count(host) { leave(before[host, index], amongPassing: isRelay) }
      }
    }
    while let entry = heap.pop() {
      let label = labels[entry.label]
      guard label.isKept else { continue }
      if stage == job.layerCount && Int(label.node) == job.target { return Int32(entry.label) }
      // What came over a link leaves a node that is no relay only after it was computed there.
      if label.arc >= 0 && !job.network.forward.isRelay(Int(label.node)) { continue }
      steps &+= 1
      if steps & 1023 == 0 && budget.isExhausted { return nil }
      cross(job, query, stage, from: Int32(entry.label))
    }
    return nil
  }

  /// Lets a stage leave the host that computed it: as one of those that pass the node, if it may be passed.
  private mutating func leave(_ id: Int32, amongPassing: Bool) {
    var label = labels[Int(id)]
    label.usedHosts = label.usedOnLeaving
    (label.memory, label.peak, label.load) = (0, 0, 0)
    label.parent = id
    label.arc = Label.leaving
    if !amongPassing {
      // Those that only arrive here cannot take its place.
      heap.push(key: label.cost, label: labels.count)
      labels.append(label)
    } else if let id = passing.insert(label, at: Int(label.node), &labels, comparesLatency: comparesLatency) {
      heap.push(key: label.cost, label: Int(id))
    }
  }

  private mutating func cross(_ job: RoutingJob, _ query: Query, _ stage: Int, from id: Int32) {
    let origin = labels[Int(id)]
    let forward = job.network.forward
    let bits = job.bits[stage]
    for arc in forward.arcs(from: Int(origin.node)) {
      let head = Int(forward.head[arc])
      let seconds = job.stagePaths[stage].arcCosts[arc]
      let position = stage * resources.nodeCount + head
      guard seconds < .infinity else { continue }
      let link = resources.index(of: .linkLoad(Int(forward.origin[arc])))
      var label = origin
      label.latency += seconds
      label.cost += job.weight * seconds + query.prices.perUnit[link] * bits
      guard label.cost + toGo.fromTransit[position] < query.costLimit,
        label.latency + job.fromTransit[position] <= query.latencyLimit
      else { continue }
      if linksAreScarce && job.bitsAhead[0] > query.room[link] {
        let bit = UInt64(1) << UInt64(link & 63)
        let used = origin.usedLinks & bit == 0 ? 0 : usedBefore(job, arc, stage, id)
        if used + bits > query.room[link] { continue }
        label.usedLinks |= bit
      }
      label.parent = id
      label.arc = Int32(arc)
      label.node = Int32(head)
      if let id = passing.insert(label, at: head, &labels, comparesLatency: comparesLatency) {
        heap.push(key: label.cost, label: Int(id))
      }
    }
  }

  /// The load that the path to a label puts on a link.
  private func usedBefore(_ job: RoutingJob, _ arc: Int, _ stage: Int, _ id: Int32) -> Double {
    var (bits, stage, current) = (0.0, stage, id)
    while current >= 0 {
      let label = labels[Int(current)]
      if label.arc == Int32(arc) { bits += job.bits[stage] }
      if label.arc == Label.computed { stage -= 1 }
      current = label.parent
    }
    return bits
  }
}
