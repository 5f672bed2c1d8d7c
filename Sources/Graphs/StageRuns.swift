import Foundations

/// Cuts a chain of stages into runs of similar size.
struct StageRuns {
  let ranges: [Range<Int>]

  /// Finds at most `count` runs with the least total loss if every stage is counted as the smallest of its
  /// run.
  ///
  /// - Parameters:
  ///   - sizes: the sizes of the stages [byte].
  ///   - count: the largest number of runs.
  ///   - cancellation: stops the work.
  /// - Throws: if the work is cancelled.
  /// - Complexity: O(count L^2), by dynamic programming over the last cut.
  init(sizes: [Double], count: Int, cancellation: Cancellation) throws(CancellationError) {
    let stages = sizes.count
    let count = min(count, stages)
    guard count > 0 else {
      ranges = []
      return
    }
    // loss[j] for the runs tried so far: the least loss of the first j stages.
    var loss = [Double](repeating: .infinity, count: stages + 1)
    loss[0] = 0
    var cuts: [[Int]] = []
    for _ in 0..<count {
      var next = [Double](repeating: .infinity, count: stages + 1)
      next[0] = 0
      var cut = [Int](repeating: 0, count: stages + 1)
      for end in 1...stages {
        if cancellation.isCancelled { throw CancellationError() }
        var (smallest, sum) = (Double.infinity, 0.0)
        for start in (0..<end).reversed() {
          smallest = min(smallest, sizes[start])
          sum += sizes[start]
          let candidate = loss[start] + max(0, sum - Double(end - start) * smallest)
          if candidate < next[end] { (next[end], cut[end]) = (candidate, start) }
        }
      }
      loss = next
      cuts.append(cut)
    }
    var ranges: [Range<Int>] = []
    var end = stages
    for cut in cuts.reversed() where end > 0 {
      ranges.append(cut[end]..<end)
      end = cut[end]
    }
    self.ranges = ranges.reversed()
  }
}
