import BenchmarkHarness

let layered = BenchmarkMethod(formulation: "layered", backend: "cbc")
let pairflow = BenchmarkMethod(formulation: "pairflow", backend: "cbc")
let native = BenchmarkMethod(formulation: "layered", backend: "native")

/// Of `nodes` depends the order of instances and size classes.
func subject(
  _ name: String, _ sizeClass: String = "small", nodes: Int = 10, scale: Subject.Scale? = nil
) -> Subject {
  Subject(
    name: name, sizeClass: sizeClass, scale: scale, nodes: nodes, links: 2 * nodes, jobs: 1, layers: 5)
}

/// A run that solved its subject with the value 1, changed by what is given.
func run(
  _ subject: Subject, _ method: BenchmarkMethod, seconds: Double = 1, repetition: Int = 0,
  outcome: Outcome = .solved, value: Double? = 1, _ change: (inout RunRecord) -> Void = { _ in }
) -> RunRecord {
  var record = RunRecord(
    subject: subject, method: method, repetition: repetition, outcome: outcome, seconds: seconds)
  if outcome == .solved { record.value = value }
  change(&record)
  return record
}

/// One that the limit of 60 s struck.
func cutOff(_ subject: Subject, _ method: BenchmarkMethod, repetition: Int = 0) -> RunRecord {
  run(subject, method, seconds: 60.2, repetition: repetition, outcome: .timedOut)
}

/// With a session whose limit is 60 s.
func results(_ runs: [RunRecord], fingerprint: String = "f") -> Results {
  let settings = Session.Settings(limit: 60, memory: 4e9, repetitions: 3, seed: 7, isGivenPlan: true)
  let machine = Session.Machine(system: "Linux", processor: "Some Processor", processors: 2, memory: 8e9)
  let session = Session(
    number: 1, suite: "trial", fingerprint: fingerprint, settings: settings, planned: 4,
    machine: machine,
    versions: ["layerroute": "1.0", "cbc": "2.10.8"], started: "2026-11-21T12:00:00Z")
  return Results(sessions: [session], runs: runs)
}

func isClose(_ value: Double?, _ expected: Double, within tolerance: Double = 1e-12) -> Bool {
  value.map { abs($0 - expected) <= tolerance * abs(expected) } ?? false
}
