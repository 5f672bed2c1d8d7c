import ArgumentParser
import Foundation
import Foundations
import LayerRoute
import Planning
import Problems
import Solvers
import Splitting
import Worker

/// How long `paths` takes on coupled instances, and how far it gets within a limit; and the same of models.
struct PathsSpeed: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "paths",
    abstract: "Time paths on instance files, and a formulation with each backend beside it.",
    discussion: """
      Means of times are geometric, shifted by 10 ms; an instance that is not solved counts as the limit. Optima are \
      held against each other.
      """)

  @Argument(help: "Instance files.")
  var files: [String]

  @Option(help: "Limit on each solve [s].")
  var limit = 60.0

  @Option(help: "Also solve this formulation, with each backend.")
  var formulation: String?

  @Option(help: "Only these backends.")
  var backend: [String] = WorkerBackend.all.map(\.name)

  func run() async throws {
    let models: [SolveRequest] =
      formulation.map { name in
        backend.map { SolveRequest(formulation: name, backend: $0) }
      } ?? []
    let requests = [SolveRequest(method: "paths")] + models
    let names = ["paths"] + models.map { "\($0.formulation ?? "") \($0.backend ?? "")" }
    print("| instance | value [s] | bound [s] | \(names.map { "\($0) [s]" }.joined(separator: " | ")) |")
    print("|---|---|---|\(String(repeating: "---|", count: names.count))")
    var times = [[Double]](repeating: [], count: requests.count)
    for file in files.sorted() {
      let instance = try Instance.read(file: file)
      var (value, bound) = (Double.infinity, -Double.infinity)
      var cells: [String] = []
      for (index, request) in requests.enumerated() {
        let start = ContinuousClock.now
        let answer = try await Kinds.splitting.solve(instance, request, budget: Budget(seconds: limit))
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let isDone = answer.file.status == .optimal || answer.file.status == .infeasible
        times[index].append(isDone ? seconds : max(limit, seconds))
        value = min(value, answer.known?.cost ?? .infinity)
        bound = max(bound, answer.bound)
        cells.append(isDone ? seconds.shown : "\(gap(answer))")
      }
      if bound > value * (1 + 1e-6) { cells.append("THEY DISAGREE") }
      let name = URL(filePath: file).deletingPathExtension().lastPathComponent
      print("| \(name) | \(value) | \(bound) | \(cells.joined(separator: " | ")) |")
      fflush(nil)
    }
    let means = times.map { $0.geometricMean(shift: 0.01) }
    print("| mean | | | \(means.map(\.shown).joined(separator: " | ")) |")
    for (name, mean) in zip(names, means).dropFirst() {
      print("<!-- \(name): \((mean / means[0]).shown) times as long as paths -->")
    }
    print("<!-- memory of this process: \((PeakMemory.bytes ?? 0) / 1_000_000) MB at most -->")
  }

  private func gap(_ answer: Answer<SplittingProblem>) -> String {
    guard let known = answer.known else { return "no plan" }
    return "gap \((100 * (known.cost - answer.bound) / known.cost).shown) %"
  }
}
