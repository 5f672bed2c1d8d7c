/// A chain of layers in parts, each of which runs on a node of its own.
struct PublishedPartition: Sendable, Equatable {
  /// The layers of each part, in the order of the chain.
  let parts: [Range<Int>]

  /// The stages that are moved from one part to the next.
  var cuts: [Int] { parts.dropFirst().map(\.lowerBound) }
}

extension PublishedPartition {
  /// The parts with the least sum of transfers of which every one fits the memory, and of these the fewest; or, as the
  /// failure, the first layer that does not fit by itself.
  ///
  /// - Parameter memory: that of a node [byte].
  /// - Complexity: O(L^2) in time and O(L) in memory, by dynamic programming from the last layer backwards.
  ///
  /// Parthasarathy and Krishnamachari, "Partitioning and placement of deep neural networks on distributed edge devices
  /// to maximize inference throughput" (ITNAC 2022, arXiv 2210.12219).
  static func ofLeastTransfers(_ figures: PipelineFigures, memory: Double) -> Result<Self, NoPlan> {
    let count = figures.layerCount
    if let layer = (0..<count).first(where: { figures.memory[$0] + figures.activations[$0] > memory }) {
      return .failure(.layerDoesNotFit(layer))
    }
    var ends = [Int](repeating: count, count: count + 1)
    // Of the layers from this one on: the transfers between their parts, and the number of parts.
    var best = [(bits: Double, parts: Int)](repeating: (.infinity, 0), count: count)
    best.append((0, 0))
    for start in stride(from: count - 1, through: 0, by: -1) {
      var (sum, peak) = (0.0, 0.0)
      for end in start + 1...count {
        sum += figures.memory[end - 1]
        peak = max(peak, figures.activations[end - 1])
        if sum + peak > memory { break }
        let transfer = end < count ? figures.bits[end] : 0
        let candidate = (bits: best[end].bits + transfer, parts: best[end].parts + 1)
        if candidate < best[start] { (best[start], ends[start]) = (candidate, end) }
      }
    }
    var parts: [Range<Int>] = []
    while let start = parts.last?.upperBound ?? (count > 0 ? 0 : nil), start < count {
      parts.append(start..<ends[start])
    }
    return .success(Self(parts: parts))
  }
}
