import Dispatch
import Synchronization

/// The results of work for each number below a count, in order; processors share the work.
public func concurrentMap<Result: Sendable>(
  _ count: Int, _ work: @Sendable (Int) -> Result
) -> [Result] {
  let found = Mutex<[Int: Result]>([:])
  DispatchQueue.concurrentPerform(iterations: count) { index in
    let result = work(index)
    found.withLock { $0[index] = result }
  }
  return found.withLock { found in (0..<count).compactMap { found[$0] } }
}
