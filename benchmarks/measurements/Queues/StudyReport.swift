import Charts
import Documents
import Foundation

/// Tables on standard output and, with a folder, in report.md there; figures and data beside it. Written after every table,
/// so that a stopped study keeps what it measured.
final class StudyReport {
  private let folder: String?
  private var text = ""

  /// - Parameter folder: `nil` for standard output alone.
  init(folder: String?) { self.folder = folder }

  /// A paragraph.
  func say(_ paragraph: String) throws { try add(paragraph + "\n\n") }

  func table(_ columns: [String], _ rows: [[String]]) throws {
    let lines = [columns, columns.map { _ in "---" }] + rows
    try add(lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n") + "\n\n")
  }

  func figure(_ chart: Chart, as name: String) throws {
    guard let folder else { return }
    try OutputFile.write(chart.svg, to: "\(folder)/\(name).svg")
    try add("![\(chart.title)](\(name).svg)\n\n")
  }

  func data(_ lines: [String], as name: String) throws {
    guard let folder else { return }
    try OutputFile.write(lines.joined(separator: "\n") + "\n", to: "\(folder)/\(name)")
  }

  private func add(_ lines: String) throws {
    print(lines, terminator: "")
    fflush(nil)
    text += lines
    if let folder { try OutputFile.write(text, to: "\(folder)/report.md") }
  }
}

extension [Double] {
  var mean: Double { isEmpty ? .nan : reduce(0, +) / Double(count) }

  /// exp(mean of log(value + shift)) - shift.
  func geometricMean(shift: Double = 0) -> Double { exp(map { log($0 + shift) }.mean) - shift }

  /// The value that a share of all is not above.
  func quantile(_ share: Double) -> Double {
    let sorted = sorted()
    return isEmpty ? .nan : sorted[Swift.min(count - 1, Int((share * Double(count)).rounded(.up)) - 1)]
  }
}
