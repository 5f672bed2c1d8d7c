import LinearModels
import Splitting

/// What the candidates of a node, the layers that may run on it, could take of its memory.
struct MemoryDemand {
  /// A layer of a job, counted from 0, and the node's position in the job's `hosts` of it.
  struct Candidate {
    let job: Int
    let layer: Int
    let position: Int
  }

  /// Bytes that a candidate needs.
  struct Share {
    let bytes: Double
    let candidate: Candidate
  }

  /// The weights of a layer of a DNN, which the node holds once for all jobs that run the layer there.
  struct Weights {
    let dnn: Int
    let layer: Int
    let bytes: Double
    let candidates: [Candidate]

    /// Whether several jobs could use them.
    var isShared: Bool { candidates.count > 1 }
  }

  /// The activations of a job's layers, of which the largest is in use.
  struct Activations {
    let job: Int
    let shares: [Share]

    /// [byte]
    var largest: Double { shares.reduce(0) { max($0, $1.bytes) } }
    /// Whether more than one layer has any.
    var areSeveral: Bool { shares.count > 1 }
  }

  /// What adds up, by job and layer.
  private(set) var added: [Share] = []
  /// By DNN and layer.
  private(set) var weights: [Weights] = []
  /// By job.
  private(set) var activations: [Activations] = []

  /// All candidates together [byte].
  var largest: Double {
    let sum = added.reduce(0) { $0 + $1.bytes }
    return weights.reduce(0) { $0 + $1.bytes } + activations.reduce(0) { $0 + $1.largest } + sum
  }

  /// The columns for what is shared and what has a peak, the rows that define them, and the nonzeros of both in
  /// these rows and in that of the node's memory.
  var columnSize: ModelSize {
    let counts =
      weights.lazy.filter(\.isShared).map(\.candidates.count)
      + activations.lazy.filter(\.areSeveral).map(\.shares.count)
    let rows = Double(counts.reduce(0, +))
    let columns = Double(counts.count)
    return ModelSize(columns: columns, rows: rows, nonzeros: 2 * rows + columns)
  }

  /// The demands of the nodes with a limit, by node; those of the others are empty.
  ///
  /// - Complexity: O(N), and O(1) for each placement on a node with a limit.
  static func ofNodes(_ stated: SplittingChoices) -> [MemoryDemand] {
    let instance = stated.instance
    let isLimited = stated.limits.memory.map { $0 < .infinity }
    var demands = [MemoryDemand](repeating: MemoryDemand(), count: stated.network.nodeCount)
    guard isLimited.contains(true) else { return demands }
    /// The needs of a job's layer on the nodes with a limit.
    func shares(_ job: Int, _ layer: Int, _ bytes: Double) -> [(node: Int, share: Share)] {
      guard bytes > 0 else { return [] }
      return stated.jobs[job].hosts[layer].enumerated().lazy.filter { isLimited[$1] }.map { position, node in
        (node, Share(bytes: bytes, candidate: Candidate(job: job, layer: layer, position: position)))
      }
    }
    for job in stated.jobs.indices {
      let layers = instance.dnn(ofJob: job).layers
      for (layer, figures) in layers.enumerated() {
        for (node, share) in shares(job, layer, figures.memory) { demands[node].added.append(share) }
      }
      let active = layers.enumerated().flatMap { shares(job, $0, $1.activations) }
      for (node, shares) in Dictionary(grouping: active, by: \.node) {
        demands[node].activations.append(Activations(job: job, shares: shares.map(\.share)))
      }
    }
    let jobs = Dictionary(grouping: stated.jobs.indices) { instance.jobs[$0].dnn }
    for (dnn, jobs) in jobs.sorted(by: { $0.key < $1.key }) {
      for (layer, figures) in instance.dnns[dnn].layers.enumerated() {
        let holders = jobs.flatMap { shares($0, layer, figures.weights) }
        for (node, shares) in Dictionary(grouping: holders, by: \.node) {
          demands[node].weights.append(
            Weights(
              dnn: dnn, layer: layer, bytes: figures.weights, candidates: shares.map(\.share.candidate)))
        }
      }
    }
    return demands
  }
}
