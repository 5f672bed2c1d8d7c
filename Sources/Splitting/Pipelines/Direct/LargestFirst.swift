/// Hosts for a start: the largest pieces first, each on the node that then has the least load of those with memory
/// left; on any, if none has. (Graham's rule for the makespan.)
struct LargestFirst {
  /// By piece; `nil` if a piece fits no node.
  let hosts: [Int]

  init?(_ limited: LimitedPipeline) {
    let (figures, pieces) = (limited.figures, limited.pieceCount)
    let nodes = 0..<figures.nodeCount
    let sizes = (0..<pieces).map { piece in nodes.map { limited.work(piece, on: $0) }.min() ?? .infinity }
    var hosts = [Int](repeating: 0, count: pieces)
    var load = [Double](repeating: 0, count: figures.nodeCount)
    var left = figures.memoryLimit
    for piece in (0..<pieces).sorted(by: { (-sizes[$0], $0) < (-sizes[$1], $1) }) {
      let need = limited.memory(piece)
      let possible = nodes.filter { limited.work(piece, on: $0) < .infinity }
      let roomy = possible.filter { left[$0] >= need + limited.activations[piece] }
      guard
        let host = (roomy.isEmpty ? possible : roomy).min(by: {
          load[$0] + limited.work(piece, on: $0) < load[$1] + limited.work(piece, on: $1)
        })
      else { return nil }
      hosts[piece] = host
      load[host] += limited.work(piece, on: host)
      left[host] -= need
    }
    self.hosts = hosts
  }
}
