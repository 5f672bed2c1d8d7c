import Splitting

/// Moves along the shortest paths between hosts, where links are neither scarce nor priced.
extension LabelSearch {
  struct Mover {
    var cost: Double
    var origin: Int32
    var label: Int32
  }

  mutating func gatherMovers(_ job: RoutingJob, _ stage: Int) {
    movers.removeAll(keepingCapacity: true)
    for host in 0..<job.hostCount {
      for index in 0..<before.count(host) {
        let id = before[host, index]
        movers.append(Mover(cost: labels[Int(id)].cost, origin: Int32(host), label: id))
      }
    }
    while arriving.count < movers.count { arriving.append(0) }
  }

  /// Moves from every other host over the shortest path, and computes the layer.
  mutating func move(_ job: RoutingJob, _ query: Query, _ stage: Int, _ host: Int) {
    let place = stage * job.hostCount + host
    let remaining = toGo.fromComputed[place + job.hostCount]
    guard remaining < .infinity else { return }
    let node = job.hosts[host]
    let wait = job.entryWaits[host]
    let step = job.weight * wait + toGo.layerCosts[place]
    // Most labels cost too much: a loop that does nothing else finds the others first.
    let limit = min(query.costLimit - remaining, after.worst(host, labels)) - step
    let distance = job.stagePaths[stage].distance
    if stage == 0 {
      let seconds = distance[job.source * resources.nodeCount + node]
      if seconds < .infinity { enter(job, query, stage, host, from: 0, seconds + wait) }
      return
    }
    let count = findArriving(
      job.pathCosts, first: (stage * job.hostCount + host) * job.hostCount, host, below: limit)
    for index in 0..<count {
      let mover = movers[Int(arriving[index])]
      let seconds = distance[job.hosts[Int(mover.origin)] * resources.nodeCount + node]
      if mover.cost + job.weight * seconds + step >= after.worst(host, labels) { continue }
      enter(job, query, stage, host, from: mover.label, seconds + wait)
    }
  }

  /// Writes the positions of the movers from other hosts that cost less than `limit` to `arriving`.
  private mutating func findArriving(
    _ pathCosts: [Double], first: Int, _ host: Int, below limit: Double
  ) -> Int {
    var count = 0
    pathCosts.withUnsafeBufferPointer { pathCosts in
      movers.withUnsafeBufferPointer { movers in
        arriving.withUnsafeMutableBufferPointer { arriving in
          for index in movers.indices {
            let mover = movers[index]
            arriving[count] = Int32(truncatingIfNeeded: index)
            let origin = Int(mover.origin)
            if mover.cost + pathCosts[first + origin] < limit && origin != host { count += 1 }
          }
        }
      }
    }
    return count
  }

  /// The best path that continues from a host of the last layer to the target.
  func finish(_ job: RoutingJob, _ query: Query) -> JobPath? {
    // Without layers the only path is the one that did not fit.
    if job.layerCount == 0 { return nil }
    let distance = job.stagePaths[job.layerCount].distance
    var (best, goal) = (query.costLimit, Int32(-1))
    for host in 0..<job.hostCount {
      let seconds = distance[job.hosts[host] * resources.nodeCount + job.target]
      guard seconds < .infinity else { continue }
      for index in 0..<before.count(host) {
        let label = labels[Int(before[host, index])]
        let cost = label.cost + job.weight * seconds
        if cost < best && label.latency + seconds <= query.latencyLimit {
          (best, goal) = (cost, before[host, index])
        }
      }
    }
    return goal >= 0 ? path(to: goal, job) : nil
  }
}
