import Batching
import Foundations
import Problems

/// The families of instances.
public enum BatchingFamilies {
  public static let all = [cell]

  /// Users in the cell of one base station with an edge server.
  public static let cell = Family<BatchingProblem>(
    "cell", "Users in a radio cell, with path loss, deadlines and exits drawn.",
    parameters: [users, blocks, bandwidth, window, tightness, early, values]
  ) { seed, chosen throws(ParameterError) in
    CellDraft(
      users: chosen.integer("users") ?? 12, blocks: chosen.integer("blocks") ?? 4,
      bandwidth: chosen.number("bandwidth") ?? 20e6, window: chosen.number("window"),
      tightness: chosen.number("tightness") ?? 1, early: chosen.number("early") ?? 0.75,
      hasValues: chosen.word("values") == "mixed"
    ).instance(seed: seed ?? 0)
  }

  private static let users = Parameter(
    "users", .integer(0...100_000), label: "the number of users", usual: "12", "Users.")
  private static let blocks = Parameter(
    "blocks", .integer(1...1000), label: "the number of blocks", usual: "4", "Blocks of the DNN.")
  private static let bandwidth = Parameter(
    "bandwidth", .number(1e3...1e12), label: "the bandwidth", usual: "2e7",
    "Bandwidth that the users share [Hz].")
  private static let window = Parameter(
    "window", .number(0...1e6), label: "the window", usual: "free", "Time for the uploads [s].")
  private static let tightness = Parameter(
    "tightness", .number(1e-3...1e3), label: "the tightness of deadlines", usual: "1",
    "Deadlines between 30 and 150 ms are divided by this.")
  private static let early = Parameter(
    "early", .number(0...1), label: "the share of early exits", usual: "0.75",
    "Share of the users for whom an exit before the last one suffices.")
  private static let values = Parameter(
    "values", .word(["equal", "mixed"]), label: "the values", usual: "equal",
    "Whether all users count alike, or 1 to 10.")
}

/// A cell before its users are placed.
///
/// All ranges are this project's choice. The path loss is that of the macro cell of 3GPP TR 36.942: it grows with the
/// distance to the power 3.76. At the edge, 500 m away, signal and noise are equal; nearer than 35 m nothing gets better,
/// nor above 30 dB, which modulation does not use. Computing all blocks takes about 16 ms and 1.6 ms for each task.
private struct CellDraft {
  let users: Int
  let blocks: Int
  let bandwidth: Double
  let window: Double?
  let tightness: Double
  let early: Double
  let hasValues: Bool

  func instance(seed: UInt64) -> BatchingInstance {
    var random = SplitMix64(seed: seed)
    let share = 1 / Double(blocks)
    var blocks: [BatchingInstance.Block] = []
    for index in 1...self.blocks {
      let base = microseconds(16e-3 * share * (0.5 + random.nextUnit()))
      let slope = microseconds(1.6e-3 * share * (0.5 + random.nextUnit()))
      blocks.append(
        BatchingInstance.Block(
          name: Name("block \(index)"), times: .linear(base: base, slope: slope, largest: nil)))
    }
    let users = (0..<users).map { user($0, &random) }
    return BatchingInstance(
      server: BatchingInstance.Server(bandwidth: bandwidth, window: window), blocks: blocks, users: users)
  }

  private func user(_ index: Int, _ random: inout SplitMix64) -> BatchingInstance.User {
    // Uniform over the area of the cell.
    let distance = max(35, 500 * random.nextUnit().squareRoot())
    let upload = (random.nextLogUniform(10e3, 150e3) / 100).rounded() * 100
    let deadline = microseconds((30e-3 + 120e-3 * random.nextUnit()) / tightness)
    let isEarly = random.nextUnit() < early
    let exit = random.nextIndex(below: max(1, blocks - 1))
    let value = Double(1 + random.nextIndex(below: 10))
    return BatchingInstance.User(
      id: Name("user \(index + 1)"), upload: upload, channel: .ratio(ratio(at: distance)), deadline: deadline,
      need: .exit(isEarly && blocks > 1 ? exit : blocks - 1), value: hasValues ? value : 1)
  }

  /// The ratio of signal and noise at a distance [m], to four digits after the point.
  private func ratio(at distance: Double) -> Double {
    let nearer = 500 / distance
    let gain = nearer * nearer * nearer * SplitMix64.power(1, to: nearer, share: 0.76)
    return (min(gain, 1000) * 10_000).rounded() / 10_000
  }

  private func microseconds(_ seconds: Double) -> Double { (seconds * 1e6).rounded() / 1e6 }
}
