import Foundations

/// A generator for a small seed, seeds next to each other far apart in its cycle.
public func seededGenerator(_ seed: Int) -> SplitMix64 {
  SplitMix64(seed: UInt64(truncatingIfNeeded: seed) &* 0x9e37_79b9_7f4a_7c15)
}
