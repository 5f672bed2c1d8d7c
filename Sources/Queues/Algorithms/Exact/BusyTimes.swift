/// When resources are not there for a job: while they serve their backlog and, under `preemptive`, more urgent jobs.
///
/// What is left is all that a job sees of the others under `preemptive`, so that its completion follows without a simulation:
/// it takes what time is free, in pieces if need be. Whoever comes earlier is done no later.
struct BusyTimes {
  /// For each resource the stretches of its service, ascending and apart; some take no time.
  private var stretches: [[Stretch]]

  struct Stretch: Equatable {
    var start: Double
    var end: Double
  }

  /// Only the backlogs.
  init(backlogs: [Double]) {
    stretches = backlogs.map { $0 > 0 ? [Stretch(start: 0, end: $0)] : [] }
  }

  /// When a service is done, and while it goes on.
  ///
  /// - Parameters:
  ///   - seconds: what it takes without interruption.
  ///   - arrival: when it is asked for [s].
  ///   - resource: of whom.
  ///   - note: called with each stretch of service.
  /// - Complexity: O(log of the stretches there, and those that interrupt it).
  func end(
    of seconds: Double, from arrival: Double, at resource: Int, _ note: (Stretch) -> Void = { _ in }
  ) -> Double {
    var now = arrival
    var left = seconds
    for busy in stretches[resource][firstAfter(arrival, at: resource)...] {
      if busy.start <= now {
        // Who comes while others are served waits; who comes as they are done does not.
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

  /// The first stretch that ends after some time.
  private func firstAfter(_ time: Double, at resource: Int) -> Int {
    var (low, high) = (0, stretches[resource].count)
    while low < high {
      let middle = (low + high) / 2
      if stretches[resource][middle].end > time { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// When a job with these services is complete [s].
  func completion(of chain: ServiceChain) -> Double {
    chain.services.reduce(chain.release) { time, service in
      end(of: service.seconds, from: time, at: service.resource) + service.delay
    }
  }

  /// Serves a job, whom all that come later have to make way for.
  mutating func add(_ chain: ServiceChain) {
    var time = chain.release
    var own: [Int: [Stretch]] = [:]
    for service in chain.services {
      time =
        end(of: service.seconds, from: time, at: service.resource) {
          own[service.resource, default: []].append($0)
        } + service.delay
    }
    for (resource, added) in own {
      stretches[resource] += added
      stretches[resource].sort { ($0.start, $0.end) < ($1.start, $1.end) }
    }
  }
}
