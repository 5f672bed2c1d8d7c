import Foundations
import Testing

@testable import SplittingAlgorithms

/// Cover inequalities against the enumeration of all choices.
@Suite struct CutPoolTests {
  @Test func noChoiceThatFitsIsCutOff() {
    var (found, forbidden) = (0, 0)
    for seed in UInt64(0)..<400 {
      var random = SplitMix64(seed: seed)
      let jobs = 2 + Int(random.nextUnit() * 3)
      let shares = (0..<jobs).map { _ in
        (0..<4).map { _ in random.nextUnit() < 0.2 ? 0 : 0.9 * random.nextUnit() }
      }
      let base = shares.map { $0.min() ?? 0 }
      if base.reduce(0, +) >= 1 { continue }
      // A mixture that leaves nothing out.
      let parts = shares.enumerated().flatMap { job, shares in
        let draws = shares.map { _ in random.nextUnit() < 0.4 ? 0 : random.nextUnit() + 1e-3 }
        let sum = max(1e-9, draws.reduce(0, +))
        return zip(shares, draws).map { CutPool.Part(job: job, share: $0, value: $1 / sum) }
      }
      var pool = CutPool()
      if pool.separate(0, parts, base: base) {
        found += 1
        let left = parts.reduce(0) { $0 + ($1.share >= pool.cuts[0].thresholds[$1.job] ? $1.value : 0) }
        #expect(left * pool.cuts[0].share > 1, "seed \(seed): the mixture keeps the cut")
      }
      let choices = (0..<jobs).reduce([[Double]]([[]])) { choices, job in
        choices.flatMap { choice in shares[job].map { choice + [$0] } }
      }
      let broken = choices.filter { $0.reduce(0, +) > 1 }
      let choice = broken.randomElement(using: &random)
      let isForbidden = choice.map { pool.forbid(0, shares: $0, base: base) } ?? false
      if let choice, isForbidden {
        forbidden += 1
        #expect(isCutOff(choice, pool.cuts[pool.cuts.count - 1]), "seed \(seed): \(choice) is still there")
      }
      for choice in choices where choice.reduce(0, +) <= 1 {
        for cut in pool.cuts { #expect(!isCutOff(choice, cut), "seed \(seed): \(choice)") }
      }
    }
    #expect(found > 40 && forbidden > 200, "\(found) found, \(forbidden) forbidden")
  }

  private func isCutOff(_ choice: [Double], _ cut: CutPool.Cut) -> Bool {
    Double(zip(choice, cut.thresholds).count { $0 >= $1 }) * cut.share > 1 + 1e-9
  }
}
