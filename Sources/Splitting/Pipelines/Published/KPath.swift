import Foundations

extension PublishedPlacement {
  /// The nodes of the parts: bandwidth classes from that of the largest transfers down, and for each run of consecutive
  /// cuts of the class, longest first, a path of free nodes whose narrowest link is as wide as a binary search with
  /// colour coding finds; a run beside one that is placed starts or ends there.
  ///
  /// Parthasarathy and Krishnamachari, "Partitioning and placement of deep neural networks on distributed edge devices
  /// to maximize inference throughput" (ITNAC 2022, arXiv 2210.12219): k-path matching. Classes are of
  /// equal width between the smallest and the largest transfer of the chain.
  ///
  /// - Complexity: for each run, O(log N) searches by colour coding (`ColourCoding`).
  package func kPathHosts(classes: Int, seed: UInt64, cancellation: Cancellation = .never) -> Result<
    [Int], NoPlan
  > {
    if partition.cuts.isEmpty { return .success(partition.parts.isEmpty ? [] : onlyHost.map { [$0] } ?? []) }
    var random = SplitMix64(seed: seed)
    var hosts = [Int?](repeating: nil, count: partition.parts.count)
    for run in runs(classes: classes) {
      let size = run.count + 1
      if size > ColourCoding.largestSize { return .failure(.pathTooLong(nodes: size)) }
      let path = widestPath(
        size: size, from: hosts[run.lowerBound], to: hosts[run.upperBound],
        avoiding: Set(hosts.compactMap { $0 }), cancellation, &random)
      guard let path else { return .failure(cancellation.isCancelled ? .stopped : .noPath) }
      for (part, node) in zip(run.lowerBound..., path) { hosts[part] = node }
    }
    return .success(hosts.compactMap { $0 })
  }

  /// The cuts in runs, by their position, in the order in which they are placed; a run of cuts i ..< j is between the
  /// parts i ... j.
  private func runs(classes: Int) -> [Range<Int>] {
    let classOfCut = bandwidthClasses(count: classes)
    var runs: [Range<Int>] = []
    for cut in classOfCut.indices {
      if let last = runs.last, classOfCut[last.lowerBound] == classOfCut[cut] {
        runs[runs.count - 1] = last.lowerBound..<cut + 1
      } else {
        runs.append(cut..<cut + 1)
      }
    }
    return runs.sorted {
      let classes = (classOfCut[$0.lowerBound], classOfCut[$1.lowerBound])
      return (-classes.0, -$0.count, $0.lowerBound) < (-classes.1, -$1.count, $1.lowerBound)
    }
  }

  /// By cut: its class, 0 for the smallest transfers.
  private func bandwidthClasses(count: Int) -> [Int] {
    let (low, high) = (figures.bits.min() ?? 0, figures.bits.max() ?? 0)
    return partition.cuts.map { cut in
      // The largest transfer is the end of the last class.
      high > low ? min(Int((figures.bits[cut] - low) / (high - low) * Double(count)), count - 1) : 0
    }
  }

  /// A path of so many nodes between the ends, those that are given, whose narrowest link is as wide as can be found.
  private func widestPath(
    size: Int, from start: Int?, to end: Int?, avoiding taken: Set<Int>, _ cancellation: Cancellation,
    _ random: inout SplitMix64
  ) -> [Int]? {
    let tails = nodes.filter { !taken.contains($0) || $0 == start }
    let heads = nodes.filter { !taken.contains($0) || $0 == end }
    var arcs: [(tail: Int, head: Int)] = []
    for tail in tails {
      for head in heads where perBit(from: tail, to: head) < .infinity { arcs.append((tail, head)) }
    }
    // Widest first.
    arcs.sort { perBit(from: $0.tail, to: $0.head) < perBit(from: $1.tail, to: $1.head) }
    var search = ColourCoding(
      nodeCount: figures.nodeCount, size: size, start: start, end: end, cancellation: cancellation)
    var (low, high) = (0, arcs.count)
    var best: [Int]?
    while low < high {
      let middle = (low + high) / 2
      if let path = search.path(arcs[...middle], &random) {
        (best, high) = (path, middle)
      } else {
        low = middle + 1
      }
    }
    return best
  }
}
