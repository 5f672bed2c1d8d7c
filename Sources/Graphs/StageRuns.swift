import Foundations

extension CompletionBoundMaker {
  /// Cuts the stages before the last into at most `count` runs of similar size: those with the least total loss if
  /// every stage is counted as the smallest of its run.
  ///
  /// - Complexity: O(count L^2), by dynamic programming over the last cut.
  func stageRuns(atMost count: Int) throws(CancellationError) -> [Range<Int>] {
    let stages = costs.count
    // loss[j] for the runs tried so far: the least loss of the first j stages.
    var loss = [Double](repeating: .infinity, count: stages + 1)
    loss[0] = 0
    var cuts: [[Int]] = []
    for _ in 0..<min(count, stages) {
      var next = [Double](repeating: .infinity, count: stages + 1)
      next[0] = 0
      var cut = [Int](repeating: 0, count: stages + 1)
      for end in 1...stages {
        if cancellation.isCancelled { throw CancellationError() }
        var (smallest, sum) = (Double.infinity, 0.0)
        for start in (0..<end).reversed() {
          smallest = min(smallest, stageBytes[start])
          sum += stageBytes[start]
          let candidate = loss[start] + max(0, sum - Double(end - start) * smallest)
          if candidate < next[end] { (next[end], cut[end]) = (candidate, start) }
        }
      }
      loss = next
      cuts.append(cut)
    }
    var runs: [Range<Int>] = []
    var end = stages
    for cut in cuts.reversed() where end > 0 {
      runs.append(cut[end]..<end)
      end = cut[end]
    }
    return runs.reversed()
  }
}
