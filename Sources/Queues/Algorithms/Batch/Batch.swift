import Foundations
import Problems
import Queues
import QueuesChecking
import Splitting

/// Why a batch of jobs cannot be scheduled.
public enum BatchError: Error, Sendable, CustomStringConvertible {
  /// Memory or a load could bind, which schedules do not account for, or figures combine to what no number can hold.
  case planning(PlanningError)
  /// No node can run some layer of the job, or no route leads there: planners of splitting say why, given the job alone.
  case unservable(job: Name, alone: Instance)

  public var description: String {
    switch self {
    case .planning(let error): error.description
    case .unservable(let job, _): "job \(TerminalText.quoted(job.text)) cannot be served"
    }
  }
}

/// Jobs that can be scheduled, with what all methods need to know of them.
public struct Batch: Sendable {
  public private(set) var instance: QueueInstance
  /// What schedules are judged by.
  public private(set) var evaluator: ScheduleEvaluator
  public var resources: Resources { evaluator.resources }
  let tables: RoutingTables
  private let weights: [Double]

  /// - Throws: ``BatchError``.
  /// - Complexity: O(K L N + B L E log N) for K DNNs and B pairs of a DNN with a target.
  public init(_ instance: QueueInstance) throws(BatchError) {
    do throws(PlanningError) { try instance.checkFigures() } catch { throw .planning(error) }
    self.instance = instance
    evaluator = ScheduleEvaluator(instance)
    tables = RoutingTables(instance.splitting)
    weights = instance.jobs.map(\.weight)
    for job in instance.jobs.indices where shortest(job) == .infinity {
      throw .unservable(job: instance.jobs[job].id, alone: Self.alone(job, in: instance.splitting))
    }
    do throws(PlanningError) { try checkWaits() } catch { throw .planning(error) }
    if let reason = BindingCapacity(instance: instance.splitting, tables: tables).reason {
      throw .planning(.refused("schedules do not account for memory and loads, but \(reason)"))
    }
  }

  /// The same jobs under another discipline, or judged by another objective.
  public func asking(_ discipline: Discipline, _ objective: ScheduleObjective) -> Batch {
    var batch = self
    (batch.instance.discipline, batch.instance.objective) = (discipline, objective)
    batch.evaluator = ScheduleEvaluator(batch.instance)
    return batch
  }

  /// Routing charges a job with all work and all backlogs at each of its visits: that sum must be a number.
  private func checkWaits() throws(PlanningError) {
    let nodes = Double(tables.nodeCount)
    let slowest = tables.links.map(\.bandwidth).min() ?? .infinity
    let delay = tables.links.map(\.latency).max() ?? 0
    var work = resources.backlogs.reduce(0, +)
    var visits = 0.0
    for group in tables.groups {
      let kind = group.kind
      let computing = (0..<kind.layerCount).reduce(0) { sum, layer in
        let row = kind.seconds[layer * tables.nodeCount..<(layer + 1) * tables.nodeCount]
        return sum + (row.lazy.filter { $0 < .infinity }.max() ?? 0)
      }
      let sending = kind.bits.reduce(0) { $0 + nodes * ($1 / slowest + delay) }
      work += Double(group.jobs.count) * (computing + sending)
      visits = max(visits, Double(kind.layerCount + 1) * nodes)
    }
    guard work * visits < 1e300 else {
      throw .figures("jobs that wait for each other can take longer than any number of seconds")
    }
  }

  /// The job without others, limits and deadlines.
  private static func alone(_ job: Int, in instance: Instance) -> Instance {
    var alone = instance
    alone.jobs = [instance.jobs[job]]
    alone.jobs[0].deadline = nil
    alone.jobs[0].rate = 0
    for node in alone.network.nodes.indices { alone.network.nodes[node].memory = nil }
    return alone
  }

  var jobs: [Job] { instance.splitting.jobs }
  func group(of job: Int) -> JobGroup { tables.groups[tables.groupOfJob[job]] }

  /// The least time that a job takes from its release on, without other jobs and backlogs [s].
  func shortest(_ job: Int) -> Double {
    let group = group(of: job)
    return group.remaining.seconds[group.source]
  }

  /// The shortest path of a job under loads.
  func path(of job: Int, under loads: [Double], _ search: LoadedSearch) -> LoadedPath {
    guard let path = search.path(of: group(of: job), under: loads) else {
      preconditionFailure("a job without a path was refused")
    }
    return path
  }

  /// The objective of the jobs' completion times [s].
  func value(of completions: [Double]) -> Double {
    instance.objective.value(of: completions, weights: weights)
  }
}
