import BenchmarkHarness
import Foundations

extension Results {
  /// A campaign that nobody ran: eight methods on twelve instances in three size classes, three times each, with
  /// timeouts, models that are too large, refusals, and one wrong answer.
  ///
  /// - Parameters:
  ///   - seed: of the times.
  ///   - hasWrongRun: whether the answer is there.
  ///   - prefix: of names.
  static func synthetic(seed: UInt64, hasWrongRun: Bool = true, prefix: String = "") -> Results {
    var random = SplitMix64(seed: seed)
    let session = Session(
      number: 1, suite: "\(prefix)synthetic", fingerprint: "0",
      settings: .init(limit: 10, memory: 4e9, repetitions: 3, seed: seed, isGivenPlan: false),
      planned: 4, machine: .init(system: "\(prefix)Linux", processor: "none", processors: 2, memory: 8e9),
      versions: ["layerroute": "1.0", "glpk": "5.0", "cbc": "2.10"], started: "2026-01-01T00:00:00Z")
    let strengths = [("assignment", 30.0), ("assignment-tight", 8), ("layered", 1), ("pairflow", 90)]
    var runs: [RunRecord] = []
    for number in 0..<12 {
      let nodes = [6, 9, 12, 16, 24, 32, 48, 64, 96, 128, 256, 512][number]
      let subject = Subject(
        name: "\(prefix)grid-\(nodes)", sizeClass: ["small", "medium", "large"][number / 4],
        scale: .init(dimension: "\(prefix)nodes", value: Double(nodes)), nodes: nodes, links: 4 * nodes,
        jobs: 2,
        layers: 10)
      for (formulation, strength) in strengths {
        for (backend, factor) in [("cbc", 1.0), ("glpk", 2.5)] {
          for repetition in 0..<3 {
            let noise = Double.random(in: 0.5...2, using: &random)
            var run = RunRecord(
              subject: subject, method: BenchmarkMethod(formulation: formulation, backend: backend),
              repetition: repetition, outcome: .solved,
              seconds: 2e-5 * strength * factor * noise * Double(nodes * nodes) / 6)
            run.finish(strength, columns: Int(strength) * 40 * nodes, random: &random)
            runs.append(run)
          }
        }
      }
    }
    if hasWrongRun { runs[40].value = 1.5 }
    return Results(sessions: [session], runs: runs)
  }
}

extension RunRecord {
  fileprivate mutating func finish(
    _ strength: Double, columns: Int, random: inout SplitMix64
  ) {
    model = .init(rows: columns / 3, columns: columns, nonzeros: 4 * columns, integers: columns)
    solveMemory = 2e7 + 500 * Double(columns)
    if columns > 1_000_000 {
      outcome = .tooLarge
      seconds = 0.01
    } else if method.formulation == "assignment", subject.nodes == 128 {
      outcome = .refused
    } else if seconds > 10 {
      outcome = .timedOut
      seconds = 10
    } else {
      value = 1
      bound = 1
      nodes = Int(strength)
    }
    if repetition == 0 { root = 1 - Double.random(in: 0...0.004, using: &random) * strength }
  }
}
