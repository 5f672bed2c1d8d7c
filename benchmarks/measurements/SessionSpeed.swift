import ArgumentParser
import CBCBackend
import Foundations
import GLPKBackend
import HiGHSBackend
import LinearModels
import Solvers

/// What it costs to solve a linear program again in an LP session, in this process and in another one.
struct SessionSpeed: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sessions", abstract: "Time the start of an LP session, and a solve in it after a change.")

  @Option(help: "The number of solves of each program.")
  var solves = 2000

  func run() throws {
    let backends: [(here: any LinearSessionSource, worker: WorkerBackend)] = [
      (CBCBackend(), .cbc), (HiGHSBackend(), .highs), (GLPKBackend(), .glpk),
    ].filter { (try? $0.worker.openSession()) != nil }
    print("| backend | start, best of 20 [ms] |\n|---|---|")
    for (_, worker) in backends {
      let start = try (0..<20).map { _ in try seconds { _ = try worker.openSession() } }.min() ?? .nan
      print("| \(worker.name) | \((1000 * start).shown) |")
    }
    print("\n| rows | columns | backend | iterations | in process [us] | worker [us] | worker more [us] |")
    print("|---|---|---|---|---|---|---|")
    for (rows, columns) in [(10, 30), (30, 300), (150, 3000)] {
      for (here, worker) in backends {
        let inProcess = try measure(here.openSession(), rows, columns)
        let through = try measure(worker.openSession(), rows, columns)
        let figures = [inProcess.iterations] + [inProcess, through].map { 1e6 * $0.seconds }
        let more = (figures[2] - figures[1]).shown
        print(
          "| \(rows) | \(columns) | \(worker.name) | \(figures.map(\.shown).joined(separator: " | ")) | \(more) |"
        )
      }
    }
  }

  /// The median time of a solve after one column has been fixed or freed [s], and the mean of its iterations.
  private func measure(
    _ session: any LinearSession, _ rows: Int, _ columns: Int
  ) throws -> (seconds: Double, iterations: Double) {
    var random = SplitMix64(seed: 1)
    _ = try session.solve(Self.covering(rows: rows, columns: columns, &random))
    var iterations = 0
    var times: [Double] = []
    for solve in 0..<solves {
      let column = Int32(rows + Int(random.nextUnit() * Double(columns - rows)))
      var changes = LinearChanges()
      changes.columnBounds.set(column, lower: 0, upper: solve % 2 == 0 ? 0 : 1)
      times.append(try seconds { iterations += try session.solve(changes).iterations })
    }
    return (times.sorted()[solves / 2], Double(iterations) / Double(solves))
  }

  private func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    return (ContinuousClock.now - start) / .seconds(1)
  }

  /// A covering program of columns in 0...1 with about six entries each, and one dear column a row.
  private static func covering(
    rows: Int, columns: Int, _ random: inout SplitMix64
  ) -> LinearChanges {
    var changes = LinearChanges()
    for _ in 0..<rows { changes.rows.append(lower: (1 + 2 * random.nextUnit()).rounded(), upper: .infinity) }
    for row in 0..<rows { changes.columns.append(cost: 20, rows: [Int32(row)], coefficients: [1]) }
    for _ in rows..<columns {
      let covered = (0..<Int32(rows)).filter { _ in random.nextUnit() * Double(rows) < 6 }
      changes.columns.append(
        upper: 1, cost: 1 + random.nextUnit() * Double(covered.count), rows: covered,
        coefficients: covered.map { _ in (1 + 2 * random.nextUnit()).rounded() })
    }
    return changes
  }
}
