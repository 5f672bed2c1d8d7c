import Foundation
import Foundations

/// The figures of `benchmarks native` in Markdown, a row for each kind of network.
struct NativeTable {
  struct Row {
    var item: NativeCase
    var figures: NativeFigures
    /// `nil` for a graph that is too large.
    var peers: [NativePeer.Figures?]
  }

  func printHead(_ peers: [NativePeer]) {
    let others = peers.flatMap { ["\($0.name) [s]", "times slower", "MB"] }
    let columns =
      [
        "network", "nodes", "layers", "compute", "seeds", "build [s]", "unit [s]", "search [s]", "units",
        "worst", "settled", "MB",
      ] + others
    print("| \(columns.joined(separator: " | ")) |")
    print("|\(String(repeating: "---|", count: columns.count))")
  }

  /// - Parameter rows: of seeds that follow each other.
  func printMedians(_ rows: [Row]) {
    guard let item = rows.first?.item, let last = rows.last?.item.seed else { return }
    let seeds = item.seed == last ? "\(last)" : "\(item.seed)-\(last)"
    let ratios = rows.map { $0.figures.search / $0.figures.unit }
    var cells = [
      item.network.rawValue, "\(item.nodes)", "\(item.layers)", "\(item.share)", seeds,
      median(rows.map(\.figures.build)).shown, median(rows.map(\.figures.unit)).shown,
      median(rows.map(\.figures.search)).shown, median(ratios).shown, (ratios.max() ?? 0).shown,
      "\(Int(median(rows.map { Double($0.figures.settled) })))",
      median(rows.map { Double($0.figures.memory) / 1024 }).shown,
    ]
    for peer in rows[0].peers.indices { cells += self.cells(of: peer, rows) }
    print("| \(cells.joined(separator: " | ")) |")
    // A stopped benchmark keeps what it measured.
    fflush(nil)
  }

  /// Build plus search on both sides.
  private func cells(of peer: Int, _ rows: [Row]) -> [String] {
    let pairs = rows.compactMap { row in row.peers[peer].map { (row.figures, $0) } }
    if pairs.isEmpty { return ["too large", "", ""] }
    return [
      median(pairs.map { $1.build + $1.search }).shown,
      median(pairs.map { ($1.build + $1.search) / ($0.build + $0.search) }).shown,
      median(pairs.map { Double($1.memory) / 1024 }).shown,
    ]
  }

  private func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
