import Foundation
import Testing

/// Runs seeded cases: some thousands, or with LAYERROUTE_FUZZ_SECONDS for so long, from fresh seeds.
///
/// A failure prints its seed; LAYERROUTE_FUZZ_SEED makes it the first that runs.
public struct Fuzzing {
  /// What became of the cases.
  public private(set) var accepted = 0
  public private(set) var refused = 0

  private let suite: String
  private static let usualCount = 3000

  /// - Parameter suite: what failures are reported under.
  public init(_ suite: String) { self.suite = suite }

  /// Runs cases: `make` draws the bytes, `check` returns whether they were accepted and throws where something is
  /// wrong. The time that a check takes must stay in proportion to the bytes.
  public mutating func run(
    making make: (inout Mutator) -> [UInt8], check: ([UInt8]) throws -> Bool
  ) {
    let environment = ProcessInfo.processInfo.environment
    let seconds = environment["LAYERROUTE_FUZZ_SECONDS"].flatMap(Double.init)
    let given = environment["LAYERROUTE_FUZZ_SEED"].flatMap { UInt64($0) }
    let first = given ?? (seconds == nil ? 1 : UInt64.random(in: 0...(1 << 62)))
    let end = seconds.map { ContinuousClock.now.advanced(by: .seconds($0)) }
    if end != nil { print("fuzzing \(suite) from seed \(first)") }
    var seed = first
    while end.map({ ContinuousClock.now < $0 }) ?? (seed < first + UInt64(Self.usualCount)) {
      runCase(seed, make, check)
      seed += 1
    }
    if end != nil {
      print("fuzzed \(suite): \(seed - first) cases, \(accepted) accepted, \(refused) refused")
    }
  }

  private mutating func runCase(
    _ seed: UInt64, _ make: (inout Mutator) -> [UInt8], _ check: ([UInt8]) throws -> Bool
  ) {
    var mutator = Mutator(seed: seed)
    let bytes = make(&mutator)
    let start = Self.processorSeconds
    do {
      if try check(bytes) { accepted += 1 } else { refused += 1 }
    } catch {
      Issue.record("\(describe(seed, bytes)): \(error)")
    }
    let used = Self.processorSeconds - start
    // Far above what any of these needs, far below what anything quadratic would.
    #expect(used < 0.5 + 50e-6 * Double(bytes.count), "\(used) s: \(describe(seed, bytes))")
  }

  private func describe(_ seed: UInt64, _ bytes: [UInt8]) -> String {
    let escaped = bytes.map { String(UnicodeScalar($0).escaped(asASCII: true)) }.joined()
    return "\(suite), LAYERROUTE_FUZZ_SEED=\(seed), bytes as Latin-1: \(escaped)"
  }

  /// What this thread has used of the processor, which other tests do not lengthen.
  public static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
