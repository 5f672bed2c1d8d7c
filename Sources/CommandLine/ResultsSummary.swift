import BenchmarkHarness
import Documents
import Foundation
import Foundations

/// A summary of results, and the exit status that follows from it.
struct ResultsSummary {
  private let results: Results
  private let summary: Summary

  init(_ results: Results) {
    self.results = results
    summary = Summary(results)
  }

  func print(_ format: OutputFormat) {
    switch format {
    case .text: Console.write(MarkdownReport(summary, sessions: results.sessions).text)
    case .json: Console.write(JSONWriter.text(of: summary.jsonValue))
    }
  }

  /// Writes the page, the tables and the figures to a folder, and prints the names of the files.
  func write(to folder: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw UsageError(
        message: "cannot create the folder \(TerminalText.quoted(folder)): \(error.localizedDescription)")
    }
    let sessions = results.sessions
    var files = [
      ("index.html", HTMLReport(summary, sessions: sessions).text),
      ("report.md", MarkdownReport(summary, sessions: sessions).text),
    ]
    files += ReportFigures(summary).all.map { ("\($0.name).svg", $0.svg) }
    for (name, text) in files { try OutputFile.write(text, to: "\(folder)/\(name)") }
    Console.write(files.map { "\(folder)/\($0.0)\n" }.joined())
  }

  var exitStatus: ExitStatus? {
    if summary.judgement.disagrees { return .checkFailed }
    let isBroken = !results.runs.isEmpty && results.runs.allSatisfy { $0.outcome == .failed }
    return isBroken ? .internalError : nil
  }
}
