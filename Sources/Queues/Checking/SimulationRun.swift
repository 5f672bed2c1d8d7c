import HeapModule
import Queues

/// The state of a simulation.
struct SimulationRun {
  private(set) var completions: [Double]
  private(set) var timeline: [Simulation.Stretch] = []
  private(set) var usage: [Simulation.Usage]
  private(set) var now = 0.0

  private let chains: [ServiceChain]
  private let ranks: [Int]
  private let discipline: Discipline
  private let isRecorded: Bool
  private var events = Heap<Event>()
  private var stations: [Station]
  private var visits: [Visit]
  /// Resources at which something has changed at this instant.
  private var changed: [Int] = []

  /// The place of a job in its chain.
  private struct Visit {
    var index = 0
    /// What is left of the service [s].
    var remaining = 0.0
    /// When it began to wait [s].
    var waitingSince = 0.0
  }

  /// A resource: what it serves, and the jobs that wait.
  private struct Station {
    var current: Occupant = .nothing
    /// When the service, or what is left of it, began [s], and ends.
    var start = 0.0
    var end = 0.0
    /// The number of the end of service that is valid: an interruption makes the announced one void.
    var announcement = 0
    var waiting = Heap<Waiting>()
    var isChanged = false
  }

  private enum Occupant {
    case nothing, backlog
    case job(Int)
  }

  init(
    _ chains: [ServiceChain], order: [Int], on resources: Resources, discipline: Discipline,
    recording isRecorded: Bool
  ) {
    (self.chains, self.discipline, self.isRecorded) = (chains, discipline, isRecorded)
    var ranks = [Int](repeating: 0, count: order.count)
    for (rank, job) in order.enumerated() { ranks[job] = rank }
    self.ranks = ranks
    completions = chains.map(\.release)
    usage = Array(repeating: Simulation.Usage(), count: resources.count)
    stations = Array(repeating: Station(), count: resources.count)
    visits = Array(repeating: Visit(), count: chains.count)
    for (resource, backlog) in resources.backlogs.enumerated() where backlog > 0 {
      serve(.backlog, at: resource, for: backlog)
    }
    for (job, chain) in chains.enumerated() where !chain.services.isEmpty {
      events.insert(Event(time: chain.release, kind: .arrival(job)))
    }
  }

  mutating func run() {
    while let next = events.min {
      now = next.time
      handleEvents()
      while let resource = mostUrgentWithoutTime() {
        choose(at: resource)
        handleEvents()
      }
      // All jobs that arrive at this instant are there: the resources choose.
      for resource in changed {
        stations[resource].isChanged = false
        choose(at: resource)
        usage[resource].longestQueue = max(usage[resource].longestQueue, stations[resource].waiting.count)
      }
      changed.removeAll(keepingCapacity: true)
    }
  }

  private mutating func handleEvents() {
    while let event = events.min, event.time == now {
      events.removeMin()
      switch event.kind {
      case .arrival(let job): arrive(job)
      case .end(let resource, let announcement):
        guard stations[resource].announcement == announcement else { continue }
        let occupant = stations[resource].current
        release(resource)
        touch(resource)
        if case .job(let job) = occupant { leave(job) }
      }
    }
  }

  private mutating func arrive(_ job: Int) {
    let service = chains[job].services[visits[job].index]
    visits[job].remaining = service.seconds
    wait(job, at: service.resource)
    touch(service.resource)
  }

  /// Goes on to the next visit, at once or after the delay.
  private mutating func leave(_ job: Int) {
    let service = chains[job].services[visits[job].index]
    visits[job].index += 1
    if visits[job].index == chains[job].services.count {
      completions[job] = now + service.delay
    } else {
      events.insert(Event(time: now + service.delay, kind: .arrival(job)))
    }
  }

  private mutating func wait(_ job: Int, at resource: Int) {
    visits[job].waitingSince = now
    stations[resource].waiting.insert(
      Waiting(arrival: discipline == .fifo ? now : 0, rank: ranks[job], job: job))
  }

  /// Something has changed at the resource: it chooses at the end of this instant.
  private mutating func touch(_ resource: Int) {
    guard !stations[resource].isChanged else { return }
    stations[resource].isChanged = true
    changed.append(resource)
  }

  /// Of the resources that would now serve a job in no time, the one with the most urgent job: that job may reach another
  /// resource at the same instant.
  private func mostUrgentWithoutTime() -> Int? {
    var chosen: (resource: Int, rank: Int)?
    for resource in changed {
      guard let next = next(at: resource), now + visits[next.job].remaining <= now else { continue }
      if next.rank < chosen?.rank ?? .max { chosen = (resource, next.rank) }
    }
    return chosen?.resource
  }

  /// The job that is served next, if the resource is free for it.
  private func next(at resource: Int) -> Waiting? {
    guard let first = stations[resource].waiting.min else { return nil }
    switch stations[resource].current {
    case .nothing: return first
    case .backlog: return nil
    case .job(let current): return discipline == .preemptive && first.rank < ranks[current] ? first : nil
    }
  }

  private mutating func choose(at resource: Int) {
    guard let next = next(at: resource) else { return }
    stations[resource].waiting.removeMin()
    if case .job(let current) = stations[resource].current {
      // Never more than before: sums round.
      visits[current].remaining = min(visits[current].remaining, stations[resource].end - now)
      release(resource)
      wait(current, at: resource)
    }
    usage[resource].waiting += now - visits[next.job].waitingSince
    serve(.job(next.job), at: resource, for: visits[next.job].remaining)
  }

  private mutating func serve(_ occupant: Occupant, at resource: Int, for seconds: Double) {
    stations[resource].current = occupant
    stations[resource].start = now
    stations[resource].end = now + seconds
    stations[resource].announcement += 1
    let kind = Event.Kind.end(resource: resource, announcement: stations[resource].announcement)
    events.insert(Event(time: now + seconds, kind: kind))
  }

  /// Ends the stretch of service, complete or not.
  private mutating func release(_ resource: Int) {
    let station = stations[resource]
    usage[resource].busy += now - station.start
    if isRecorded {
      let job: Int? = if case .job(let job) = station.current { job } else { nil }
      let layer = job.map { chains[$0].services[visits[$0].index].layer } ?? -1
      timeline.append(
        Simulation.Stretch(resource: resource, job: job, layer: layer, start: station.start, end: now))
    }
    stations[resource].current = .nothing
    stations[resource].announcement += 1
  }
}

/// Something that happens at an instant; all events of an instant happen before a resource chooses.
private struct Event: Comparable {
  enum Kind: Equatable {
    case arrival(Int)
    case end(resource: Int, announcement: Int)
  }

  let time: Double
  let kind: Kind

  static func < (left: Event, right: Event) -> Bool { left.time < right.time }
}

/// A job in a queue: ordered by arrival if the discipline is `fifo`, then by urgency.
private struct Waiting: Comparable {
  let arrival: Double
  let rank: Int
  let job: Int

  static func < (left: Self, right: Self) -> Bool { (left.arrival, left.rank) < (right.arrival, right.rank) }
}
