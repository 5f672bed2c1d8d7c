import Dispatch
import Foundations

extension Budget {
  /// Runs `work` in a task that is cancelled when the budget's time and a grace period are over. Solvers usually keep
  /// the limit themselves; the cancellation stops everything else, including the building of models. The timer is no
  /// task, because a task would not run while `work` occupies all threads of the task pool.
  func enforced<Value: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () async throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let task = Task { () async -> Result<Value, Failure> in
      do throws(Failure) {
        return .success(try await work())
      } catch {
        return .failure(error)
      }
    }
    // A separate queue has a thread even if searches occupy those of the global queues.
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "time limit"))
    if let remaining {
      timer.schedule(deadline: .now() + min(Grace.run(remaining), Grace.longest))
      timer.setEventHandler { task.cancel() }
    }
    timer.resume()
    defer { timer.cancel() }
    return try await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }.get()
  }
}
