import Dispatch

/// Runs `work` in a task that is cancelled once a limit and a grace of 0.22 s and 2 % are over: solvers keep the limit
/// by themselves, mostly, and what they do not notice ends then, the building of models included.
///
/// The timer is no task: where `work` keeps all threads of the task pool busy, a task would not get its turn.
///
/// - Parameter seconds: `nil` for no limit.
package func withTimeLimit<Value: Sendable>(
  _ seconds: Double?, _ work: @escaping @Sendable () async -> Value
) async -> Value {
  let task = Task { await work() }
  // On a queue of its own, which has a thread even while searches keep those of the global queues busy.
  let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "time limit"))
  if let seconds {
    timer.schedule(deadline: .now() + min(seconds * 1.02 + 0.22, 1e9))
    timer.setEventHandler { task.cancel() }
  }
  timer.resume()
  defer { timer.cancel() }
  return await withTaskCancellationHandler {
    await task.value
  } onCancel: {
    task.cancel()
  }
}
