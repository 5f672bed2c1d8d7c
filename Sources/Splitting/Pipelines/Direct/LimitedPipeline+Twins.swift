extension LimitedPipeline {
  /// By node: the next node before it that can take its place in every plan, or -1: they do the same work in the same
  /// memory, and no link can hold up a plan, because every node sends every tensor to every other one, and all tensors
  /// together keep to the limit on the slowest link.
  var twins: [Int] {
    let n = figures.nodeCount
    var twins = [Int](repeating: -1, count: n)
    let isComplete = stages.indices.allSatisfy { cut in
      (0..<n).allSatisfy { from in (0..<n).allSatisfy { $0 == from || reaches(cut, from, $0) } }
    }
    let slowest = figures.perBit.max() ?? 0
    guard isComplete, figures.bits.reduce(0, +) * slowest <= limit else { return twins }
    for node in 0..<n {
      twins[node] =
        (0..<node).last { other in
          figures.memoryLimit[node] == figures.memoryLimit[other]
            && (0..<figures.layerCount).allSatisfy {
              figures.work[$0 * n + node] == figures.work[$0 * n + other]
            }
        } ?? -1
    }
    return twins
  }
}
