import Networks
import Splitting

/// The tightness of each coupling: demand over capacity; 0 if the coupling is off.
public struct Tightness: Sendable, Equatable {
  /// The memory of all layers of all jobs, over the memory of all nodes.
  public var memory: Double
  /// The rate times the work of all jobs, over the compute rates of all nodes.
  public var computeLoad: Double
  /// The rate times the input of all jobs, over the bandwidth of the links that leave their sources.
  public var linkLoad: Double
  /// A job's shortest latency with all layers on one host, without memory and load constraints, over its
  /// deadline; the largest of all jobs. More than 1 means that only splitting can meet the deadline.
  public var deadline: Double

  public init(
    memory: Double = 0, computeLoad: Double = 0, linkLoad: Double = 0, deadline: Double = 0
  ) {
    self.memory = memory
    self.computeLoad = computeLoad
    self.linkLoad = linkLoad
    self.deadline = deadline
  }
}

extension Instance {
  /// The tightness of the instance.
  ///
  /// - Complexity: O(J (N log N + E)) with deadlines on well-behaved networks, otherwise O(J L + N + E).
  public var tightness: Tightness {
    Tightness(
      memory: ratio(memoryDemand, network.nodes.compactMap(\.memory).reduce(0, +)),
      computeLoad: ratio(workDemand, network.nodes.reduce(0) { $0 + $1.compute }),
      linkLoad: ratio(inputDemand, sourceBandwidth),
      deadline: jobs.indices.compactMap(deadlineTightness).max() ?? 0)
  }

  private func ratio(_ demand: Double, _ capacity: Double) -> Double {
    capacity > 0 ? demand / capacity : 0
  }

  /// The memory of all layers of all jobs [byte].
  var memoryDemand: Double {
    jobs.indices.reduce(0) { sum, job in dnn(ofJob: job).layers.reduce(sum) { $0 + $1.memory } }
  }

  /// The rate times the work of all jobs [FLOP/s].
  var workDemand: Double { jobs.indices.reduce(0) { $0 + jobs[$1].rate * dnn(ofJob: $1).work } }

  /// The rate times the input of all jobs [bit/s].
  var inputDemand: Double { jobs.indices.reduce(0) { $0 + jobs[$1].rate * 8 * dnn(ofJob: $1).input } }

  /// The bandwidth of the links that leave a source of a job [bit/s].
  var sourceBandwidth: Double {
    let sources = Set(jobs.map(\.source))
    return network.links.reduce(0) { $0 + (sources.contains($1.tail) ? $1.bandwidth : 0) }
  }

  private func deadlineTightness(job: Int) -> Double? {
    guard let deadline = jobs[job].deadline else { return nil }
    return ratio(SingleHostLatency(of: job, in: self).seconds, deadline)
  }
}

extension DNN {
  /// The work of all layers [FLOP]; layers without work count as 0.
  var work: Double { layers.reduce(0) { $0 + ($1.work ?? 0) } }
}
