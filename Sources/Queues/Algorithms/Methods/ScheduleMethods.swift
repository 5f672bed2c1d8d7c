import Problems
import Queues
import Splitting

/// The methods that schedule jobs, by name. A method is added here, and nowhere else.
public enum ScheduleMethods {
  /// Says why a job cannot be served, given an instance with that job alone; `nil` if it has no reason.
  public typealias Explanation = @Sendable (_ alone: Instance) async throws(PlanningError) -> String?

  typealias Run = @Sendable (ScheduleSearch) throws(PlanningError) -> FoundSchedule

  /// All methods; the first one is used without a choice. Splitting can tell why a job cannot be served, which this kind
  /// does not import.
  public static func all(explaining explain: @escaping Explanation) -> [Method<QueueProblem>] {
    func method(
      _ name: String, _ summary: String, promise: Promise = .heuristic, parameters: [Parameter] = [],
      run: @escaping Run
    ) -> Method<QueueProblem> {
      // All bounds but that of `alone` are linear programs.
      Method(name, summary, promise: promise, solvers: .linearPrograms, parameters: parameters) {
        request throws(PlanningError) in
        SchedulePlanner(name: name, request: request, explain: explain, search: run)
      }
    }
    func baseline(
      _ baseline: Baseline, _ summary: String, parameters: [Parameter] = []
    ) -> Method<QueueProblem> {
      method(baseline.rawValue, summary, parameters: parameters) { search throws(PlanningError) in
        guard let schedule = baseline.schedule(search.batch, seed: search.seed) else {
          throw .refused(
            "\(baseline.rawValue): some layer cannot run there, or no route leads there; use another method")
        }
        return FoundSchedule(schedule: schedule)
      }
    }
    return [
      method(
        "greedy",
        "commits the job whose shortest path ends first, given the jobs committed so far, and repeats"
      ) { search throws(PlanningError) in FoundSchedule(schedule: try search.greedy(.smallest)) },
      method("largest", "the same, with the job whose path ends last") { search throws(PlanningError) in
        FoundSchedule(schedule: try search.greedy(.largest))
      },
      method("sequential", "routes the jobs in a given order", parameters: [ScheduleParameters.order]) {
        search throws(PlanningError) in
        FoundSchedule(schedule: SequentialRouting(search.batch).schedule(try search.givenOrder()))
      },
      method(
        "anneal", "simulated annealing over orders, from the greedy one",
        parameters: ScheduleParameters.annealing
      ) { search throws(PlanningError) in
        let result = try search.annealed(search.limited(usual: nil))
        return FoundSchedule(schedule: result.schedule, isComplete: result.isComplete)
      },
      method(
        "exact", "the best schedule, by branch and bound, for a few jobs on a few nodes", promise: .exact,
        parameters: [ScheduleParameters.timeLimit]
      ) { search throws(PlanningError) in
        let cancellation = search.limited(usual: 60)
        // The better the start, the more the search excludes.
        let start = try search.annealed(cancellation).schedule
        let result = ExactScheduling(search.batch).result(from: start, cancellation: cancellation)
        return FoundSchedule(
          schedule: result.schedule, isProven: result.isProven, isComplete: result.isProven)
      },
      baseline(.source, "all layers of a job at its source"),
      baseline(.fastest, "all layers on the node that computes fastest"),
      baseline(.alone, "each job on its shortest path, as if there were no others"),
      baseline(.random, "a random order", parameters: [ScheduleParameters.seed]),
    ]
  }
}

/// The result of a method.
struct FoundSchedule: Sendable {
  let schedule: Schedule
  /// Whether no schedule is better.
  var isProven = false
  /// False if a limit struck before the method had done its work.
  var isComplete = true
}
