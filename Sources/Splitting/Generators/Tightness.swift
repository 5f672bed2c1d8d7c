import Graphs
import Networks
import Splitting

/// The tightness of each coupling: demand over capacity; 0 if the coupling is off.
public struct Tightness: Sendable, Equatable {
  /// The memory that all jobs would take on one node, over the memory of all nodes.
  public var memory: Double
  /// The rate times the work of all jobs, over the compute rates of all nodes.
  public var computeLoad: Double
  /// The rate times the input of all jobs, over the bandwidth of the links that leave their sources.
  public var linkLoad: Double
  /// A job's shortest latency with all layers on one host, without memory and load constraints, over its deadline;
  /// the largest of all jobs. More than 1 means that only splitting can meet the deadline.
  public var deadline: Double

  public init(memory: Double = 0, computeLoad: Double = 0, linkLoad: Double = 0, deadline: Double = 0) {
    self.memory = memory
    self.computeLoad = computeLoad
    self.linkLoad = linkLoad
    self.deadline = deadline
  }
}

extension Instance {
  /// The tightness of the instance.
  ///
  /// - Complexity: O(J (N L + (N + E) log E)) with deadlines, otherwise O(J L + N + E).
  public var tightness: Tightness {
    func ratio(_ demand: Double, _ capacity: Double) -> Double { capacity > 0 ? demand / capacity : 0 }
    let work = jobs.indices.reduce(0) { $0 + jobs[$1].rate * dnn(ofJob: $1).work }
    let input = jobs.indices.reduce(0) { $0 + jobs[$1].rate * 8 * dnn(ofJob: $1).input }
    let sources = Set(jobs.map(\.source))
    let sourceBandwidth = network.links.reduce(0) { $0 + (sources.contains($1.tail) ? $1.bandwidth : 0) }
    let deadlines = jobs.indices.compactMap { job in
      jobs[job].deadline.map { ratio(singleHostLatency(ofJob: job), $0) }
    }
    return Tightness(
      memory: ratio(memoryDemand, network.nodes.compactMap(\.memory).reduce(0, +)),
      computeLoad: ratio(work, network.nodes.reduce(0) { $0 + $1.compute }),
      linkLoad: ratio(input, sourceBandwidth), deadline: deadlines.max() ?? 0)
  }

  /// The memory that all jobs would take on one node [byte]: the weights of each DNN that runs once, and of each job the
  /// largest activations and the memory of its layers.
  var memoryDemand: Double {
    let weights = Set(jobs.map(\.dnn)).sorted().flatMap { dnns[$0].layers.map(\.weights) }
    return jobs.indices.reduce(weights.reduce(0, +)) { sum, job in
      let layers = dnn(ofJob: job).layers
      return layers.reduce(sum + (layers.map(\.activations).max() ?? 0)) { $0 + $1.memory }
    }
  }

  /// The memory of the layer that takes most on a node that runs it, and nothing else, for all jobs of its DNN [byte].
  var largestLayer: Double {
    let jobsOfDNN = Dictionary(grouping: jobs, by: \.dnn).mapValues { Double($0.count) }
    return jobsOfDNN.flatMap { dnn, jobs in
      dnns[dnn].layers.map { $0.weights + jobs * ($0.activations + $0.memory) }
    }.max() ?? 0
  }

  /// The shortest latency of a job with all of its layers on one host, without memory and load constraints: the best
  /// latency of a plan that does not split [s]; infinite if no host can serve the job.
  ///
  /// - Complexity: O(N L + (N + E) log E).
  func singleHostLatency(ofJob job: Int) -> Double {
    let graph = NetworkGraph(network)
    let dnn = dnn(ofJob: job)
    let result = dnn.layers.last?.output ?? dnn.input
    let arriving = distances(jobs[job].source, in: graph.forward, bytes: dnn.input)
    let leaving = distances(jobs[job].target, in: graph.backward, bytes: result)
    let visits = options.waiting == .visit ? 1 : Double(dnn.layers.count)
    let latencies = network.nodes.indices.map { node in
      let figures = network.nodes[node]
      guard figures.compute > 0 else { return Double.infinity }
      let waiting = visits * figures.backlog / figures.compute
      return arriving[node] + waiting + dnn.time(on: figures) + leaving[node]
    }
    return latencies.min() ?? .infinity
  }

  /// The time of a tensor along the arcs of a graph from a node to every other [s].
  private func distances(_ origin: Int, in graph: Digraph, bytes: Double) -> [Double] {
    let costs = graph.origin.map { index in
      let link = network.links[Int(index)]
      return 8 * (bytes + link.backlog) / link.bandwidth + link.latency
    }
    var seeds = [Double](repeating: .infinity, count: graph.nodeCount)
    seeds[origin] = 0
    return ShortestPathTree(in: graph, costs: costs, seeds: seeds).distance
  }
}

extension DNN {
  /// The work of all layers [FLOP]; layers without work count as 0.
  var work: Double { layers.reduce(0) { $0 + ($1.work ?? 0) } }

  /// The time of all layers on a node that computes, none of them measured [s].
  fileprivate func time(on node: Node) -> Double {
    layers.reduce(0) { time, layer in
      let moving = node.memoryBandwidth.map { layer.traffic / $0 } ?? 0
      return time + max((layer.work ?? 0) / node.compute, moving)
    }
  }
}
