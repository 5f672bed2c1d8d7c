import LayerRoute

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
  private var events = EventHeap()
  private var stations: [Station]
  private var visits: [Visit]
  /// Resources at which something has changed at this instant.
  private var changed: [Int] = []

  /// Where a job is in its chain.
  private struct Visit {
    var index = 0
    /// What is left of the service [s].
    var remaining = 0.0
    /// When it came [s].
    var arrival = 0.0
    /// When it began to wait [s].
    var waitingSince = 0.0
  }

  /// A resource: whom it serves, and who waits.
  private struct Station {
    var current: Occupant = .nobody
    /// When the service, or what is left of it, began [s], and ends.
    var start = 0.0
    var end = 0.0
    /// Which end of service is meant: an interruption makes the one that was announced void.
    var announcement = 0
    var waiting: [Int] = []
    var isChanged = false
  }

  private enum Occupant: Equatable {
    case nobody
    case backlog
    case job(Int)
  }

  init(
    _ chains: [ServiceChain], order: [Int], on resources: Resources, discipline: Discipline,
    recording isRecorded: Bool
  ) {
    self.chains = chains
    self.discipline = discipline
    self.isRecorded = isRecorded
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
      events.push(Event(time: chain.release, kind: .arrival(job)))
    }
  }

  mutating func run() {
    while let time = events.nextTime {
      now = time
      while let event = events.pop(at: time) { handle(event) }
      // Everybody who comes now is there: the resources choose.
      for resource in changed {
        stations[resource].isChanged = false
        choose(at: resource)
      }
      changed.removeAll(keepingCapacity: true)
    }
  }

  private mutating func handle(_ event: Event) {
    switch event.kind {
    case .arrival(let job): arrive(job)
    case .end(let resource, let announcement):
      guard stations[resource].announcement == announcement else { return }
      let occupant = stations[resource].current
      release(resource)
      touch(resource)
      if case .job(let job) = occupant { leave(job) }
    }
  }

  private mutating func arrive(_ job: Int) {
    let service = chains[job].services[visits[job].index]
    visits[job].remaining = service.seconds
    visits[job].arrival = now
    wait(job, at: service.resource)
    touch(service.resource)
  }

  /// Goes on to the next visit, at once or after the delay.
  private mutating func leave(_ job: Int) {
    let service = chains[job].services[visits[job].index]
    visits[job].index += 1
    let next = now + service.delay
    if visits[job].index == chains[job].services.count {
      completions[job] = next
    } else {
      events.push(Event(time: next, kind: .arrival(job)))
    }
  }

  private mutating func wait(_ job: Int, at resource: Int) {
    visits[job].waitingSince = now
    stations[resource].waiting.append(job)
  }

  /// Something has changed there: it chooses at the end of this instant.
  private mutating func touch(_ resource: Int) {
    guard !stations[resource].isChanged else { return }
    stations[resource].isChanged = true
    changed.append(resource)
  }

  // MARK: Choosing

  private mutating func choose(at resource: Int) {
    guard let position = firstWaiting(at: resource) else { return }
    let job = stations[resource].waiting[position]
    switch stations[resource].current {
    case .backlog: break
    case .nobody: begin(position, at: resource)
    case .job(let current):
      guard discipline == .preemptive, ranks[job] < ranks[current] else { break }
      visits[current].remaining = stations[resource].end - now
      release(resource)
      begin(position, at: resource)
      wait(current, at: resource)
    }
    usage[resource].longestQueue = max(usage[resource].longestQueue, stations[resource].waiting.count)
  }

  /// The position in the queue of the job that is next.
  private func firstWaiting(at resource: Int) -> Int? {
    let waiting = stations[resource].waiting
    return waiting.indices.min { left, right in
      let (first, second) = (waiting[left], waiting[right])
      if discipline == .fifo, visits[first].arrival != visits[second].arrival {
        return visits[first].arrival < visits[second].arrival
      }
      return ranks[first] < ranks[second]
    }
  }

  private mutating func begin(_ position: Int, at resource: Int) {
    let job = stations[resource].waiting.remove(at: position)
    usage[resource].waiting += now - visits[job].waitingSince
    serve(.job(job), at: resource, for: visits[job].remaining)
  }

  private mutating func serve(_ occupant: Occupant, at resource: Int, for seconds: Double) {
    stations[resource].current = occupant
    stations[resource].start = now
    stations[resource].end = now + seconds
    stations[resource].announcement += 1
    events.push(
      Event(
        time: now + seconds,
        kind: .end(resource: resource, announcement: stations[resource].announcement)))
  }

  /// Ends the stretch of service, complete or not.
  private mutating func release(_ resource: Int) {
    let station = stations[resource]
    usage[resource].busy += now - station.start
    if isRecorded {
      var stretch: (job: Int?, layer: Int) = (nil, -1)
      if case .job(let job) = station.current {
        stretch = (job, chains[job].services[visits[job].index].layer)
      }
      if now > station.start || stretch.job != nil {
        timeline.append(
          Simulation.Stretch(
            resource: resource, job: stretch.job, layer: stretch.layer, start: station.start, end: now))
      }
    }
    stations[resource].current = .nobody
    stations[resource].announcement += 1
  }
}

/// Something that happens at an instant.
private struct Event {
  enum Kind {
    case arrival(Int)
    case end(resource: Int, announcement: Int)
  }

  let time: Double
  let kind: Kind
}

/// Events by time; of those at one instant in any order, since all of them happen before anything is chosen.
private struct EventHeap {
  private var events: [Event] = []

  var nextTime: Double? { events.first?.time }

  mutating func push(_ event: Event) {
    events.append(event)
    var hole = events.count - 1
    while hole > 0, events[(hole - 1) / 2].time > event.time {
      events[hole] = events[(hole - 1) / 2]
      hole = (hole - 1) / 2
    }
    events[hole] = event
  }

  /// Removes an event at that instant, if there is one.
  mutating func pop(at time: Double) -> Event? {
    guard let first = events.first, first.time == time, let last = events.popLast() else { return nil }
    guard !events.isEmpty else { return first }
    var hole = 0
    while 2 * hole + 1 < events.count {
      var child = 2 * hole + 1
      if child + 1 < events.count, events[child + 1].time < events[child].time { child += 1 }
      if events[child].time >= last.time { break }
      events[hole] = events[child]
      hole = child
    }
    events[hole] = last
    return first
  }
}
