import Dispatch
import Foundations

extension Budget {
  /// Runs `work` in a task that is cancelled when the budget's time and a grace are over: solvers keep the limit by
  /// themselves, as a rule, and what they do not notice ends then, the building of models included.
  ///
  /// The timer is no task: where `work` keeps all threads of the task pool busy, a task would not get its turn.
  func enforced<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) async -> Value {
    let task = Task { await work() }
    // On a queue of its own, which has a thread even while searches keep those of the global queues busy.
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "time limit"))
    if let remaining {
      timer.schedule(deadline: .now() + min(Grace.run(remaining), Grace.longest))
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
}
