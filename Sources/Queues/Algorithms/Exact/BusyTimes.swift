import Queues

/// The times at which resources do not serve a job: while they serve their backlog and, under `preemptive`, more urgent
/// jobs.
///
/// Under `preemptive` other jobs affect a job only through these times, so that its completion follows without a
/// simulation: it uses the free time, in pieces if necessary. A job that arrives earlier is done no later.
struct BusyTimes {
  /// For each resource the stretches of its service, ascending and apart; some take no time.
  private var stretches: [[Stretch]]

  struct Stretch: Equatable {
    let start: Double
    let end: Double
  }

  /// Only the backlogs.
  init(backlogs: [Double]) { stretches = backlogs.map { $0 > 0 ? [Stretch(start: 0, end: $0)] : [] } }

  /// The time at which a service is done that takes some seconds and whose job arrives at a time [s]; each stretch of the
  /// service is noted. It takes O(log S + I) for S busy stretches of the resource, I of which interrupt the service.
  func end(
    of seconds: Double, from arrival: Double, at resource: Int, _ note: (Stretch) -> Void = { _ in }
  ) -> Double {
    var (now, left) = (arrival, seconds)
    for busy in stretches[resource][firstAfter(arrival, at: resource)...] {
      if busy.start <= now {
        // A job that arrives during a busy stretch waits; one that arrives at its end does not.
        now = max(now, busy.end)
        continue
      }
      let end = now + left
      if end <= busy.start { break }
      note(Stretch(start: now, end: busy.start))
      // Never more than before: sums round.
      left = min(left, end - busy.start)
      now = busy.end
    }
    note(Stretch(start: now, end: now + left))
    return now + left
  }

  /// The first stretch that ends after a time.
  private func firstAfter(_ time: Double, at resource: Int) -> Int {
    var (low, high) = (0, stretches[resource].count)
    while low < high {
      let middle = (low + high) / 2
      if stretches[resource][middle].end > time { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The time at which a job with these services is complete [s].
  func completion(of chain: ServiceChain) -> Double {
    chain.services.reduce(chain.release) { time, service in
      end(of: service.seconds, from: time, at: service.resource) + service.delay
    }
  }

  /// Serves a job before all jobs that are added later.
  mutating func add(_ chain: ServiceChain) {
    var time = chain.release
    var own: [Int: [Stretch]] = [:]
    for service in chain.services {
      time = end(of: service.seconds, from: time, at: service.resource) {
        own[service.resource, default: []].append($0)
      }
      time += service.delay
    }
    for (resource, added) in own {
      stretches[resource] += added
      stretches[resource].sort { ($0.start, $0.end) < ($1.start, $1.end) }
    }
  }
}
