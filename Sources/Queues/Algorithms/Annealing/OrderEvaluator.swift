import Queues
import QueuesChecking

/// The values of orders of jobs, if each job takes its shortest path under the work of those before it.
///
/// The common beginning of the last order and the next is not routed again.
struct OrderEvaluator {
  private let batch: Batch
  private let search: LoadedSearch
  private var order: [Int] = []
  private var chains: [ServiceChain?]
  /// Before each place of the order, and after the last.
  private var loads: [[Double]]

  init(_ batch: Batch) {
    self.batch = batch
    search = LoadedSearch(batch.tables)
    chains = Array(repeating: nil, count: batch.jobs.count)
    loads = [batch.resources.backlogs]
  }

  /// The simulated objective [s].
  mutating func value(of order: [Int]) -> Double {
    route(order)
    let simulation = Simulation(
      chains.compactMap(\.self), order: order, on: batch.resources, discipline: batch.instance.discipline)
    return batch.value(of: simulation.completions)
  }

  private mutating func route(_ next: [Int]) {
    let kept = zip(order, next).prefix { $0 == $1 }.count
    loads.removeSubrange((kept + 1)...)
    for job in next[kept...] {
      var after = loads[loads.count - 1]
      let path = batch.path(of: job, under: after, search)
      after.commit(path)
      loads.append(after)
      chains[job] = ServiceChain(services: path.services, release: batch.jobs[job].release)
    }
    order = next
  }
}
