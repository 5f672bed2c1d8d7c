import LinearModels

/// The memory in use on a node.
extension PlacementModel {
  /// The memory in use on a node [byte]: the sum of m_l x[j,l,u], w_l h[d,l,u] for each layer of a DNN, and
  /// A[j,u] a[j,u] for each job, A[j,u] being the largest activations of its candidates.
  mutating func memoryInUse(on node: Int, _ demand: MemoryDemand) -> LinearExpression {
    var inUse = LinearExpression()
    for share in demand.added { inUse.add(share.bytes, placement(share.candidate)) }
    for weights in demand.weights { inUse.add(weights.bytes, held(weights, on: node)) }
    for activations in demand.activations { inUse.add(activations.largest, peak(activations, on: node)) }
    return inUse
  }

  /// h[d,l,u], with the rows hold[j,l,u]: h[d,l,u] >= x[j,l,u]; x itself if there is only one.
  private mutating func held(_ weights: MemoryDemand.Weights, on node: Int) -> Variable {
    guard weights.isShared else { return placement(weights.candidates[0]) }
    let h = model.addContinuous(Label("h", weights.dnn, weights.layer + 1, node), upper: 1)
    let placements = weights.candidates.map(placement)
    for (candidate, x) in zip(weights.candidates, placements) {
      model.add(Label("hold", candidate.job, candidate.layer + 1, node), h >= x)
    }
    maxima.append(Maximum(variable: h, terms: placements.map(\.expression)))
    return h
  }

  /// a[j,u], with the rows peak[j,l,u]: A[j,u] a[j,u] >= act_l x[j,l,u]; x itself if there is only one.
  ///
  /// Like the placements, a is between 0 and 1, because the bytes would be far larger than all other values.
  private mutating func peak(_ activations: MemoryDemand.Activations, on node: Int) -> Variable {
    guard activations.areSeveral else { return placement(activations.shares[0].candidate) }
    let largest = activations.largest
    let a = model.addContinuous(Label("a", activations.job, node), upper: 1)
    var maximum = Maximum(variable: a, terms: [])
    for share in activations.shares {
      let x = placement(share.candidate)
      model.add(
        Label("peak", activations.job, share.candidate.layer + 1, node), largest * a >= share.bytes * x)
      maximum.terms.append((share.bytes / largest) * x)
    }
    maxima.append(maximum)
    return a
  }

  private func placement(_ candidate: MemoryDemand.Candidate) -> Variable {
    x[candidate.job][candidate.layer][candidate.position]
  }

  /// Adds the comments that explain h and a, if there are any.
  mutating func addMemoryLegend(_ demands: [MemoryDemand]) {
    let binding = demands.indices.filter { stated.couldBind(.memory($0), reaching: demands[$0].largest) }
    let shared = Set(binding.flatMap { demands[$0].weights.filter(\.isShared).map(\.dnn) })
    if !shared.isEmpty {
      model.comments.append("h_d_l_u = 1 if node u holds the weights of layer l of DNN d.")
      model.comments += shared.sorted().map { "DNN \($0): \(instance.dnns[$0].name)" }
    }
    if binding.contains(where: { demands[$0].activations.contains(where: \.areSeveral) }) {
      model.comments.append(
        "a_j_u = largest activations of job j on node u, as a share of the largest that it may have there.")
    }
  }
}
