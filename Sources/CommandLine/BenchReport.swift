import ArgumentParser
import BenchmarkHarness
import Foundation
import LayerRoute

struct BenchReport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Summarise results: tables and, with -o, a page with figures.",
    discussion: """
      The summary is printed as Markdown. With -o, the command writes to a folder instead: index.html (a \
      self-contained page), report.md (the same tables) and the figures as SVG.

      Exit status 0: all runs that finished agree. 1: an answer was wrong. 65: a file holds no results.
      """)

  @Argument(help: "Results files of one suite; several are merged.", completion: .file(extensions: ["jsonl"]))
  var files: [String]

  @Option(
    name: .shortAndLong,
    help: "The folder for the page, the tables and the figures; created if it is missing.",
    completion: .directory)
  var output: String?

  @Option(help: "Format of the summary.") var format: OutputFormat = .text

  func run() throws {
    let results = try Results(files: files)
    guard output == nil || format == .text else {
      throw UsageError("-o writes a page and tables; --format json goes to standard output: use one of them")
    }
    let summary = ResultsSummary(results)
    if let output { try summary.write(to: output) } else { summary.print(format) }
    if let status = summary.exitStatus { throw status }
  }
}

struct BenchMerge: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Merge the results of the parts of a suite.",
    discussion: "If several files hold the same run, the one in the first file counts.")

  @Argument(help: "Results files of one suite.", completion: .file(extensions: ["jsonl"])) var files: [String]

  @Option(output: "Write to this file instead of standard output.", extensions: ["jsonl"]) var output: String?

  func run() throws {
    if let output { try OutputFile.check(output, notReplacing: files) }
    try Console.write(Results(files: files).lines(), to: output)
  }
}

struct BenchReproduce: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce", abstract: "Compare new results with earlier ones of the same suite.",
    discussion: """
      Every optimum must be the same. The ratios of times to `layered` are shown with the intervals of the earlier \
      results; they do not count.

      Exit status 0: everything that the earlier results prove is reproduced. 1: something is not, or an answer was \
      wrong.
      """)

  @Argument(help: "The earlier results.", completion: .file(extensions: ["jsonl"])) var earlier: String

  @Argument(help: "The new results.", completion: .file(extensions: ["jsonl"])) var new: String

  func run() throws {
    let (before, now) = (try Results(file: earlier), try Results(file: new))
    // Throws if they are of different suites.
    _ = try Results(merging: [(earlier, before), (new, now)])
    let reproduction = Reproduction(of: before, by: now)
    Console.write(reproduction.markdown)
    if !reproduction.isReproduced { throw ExitStatus.checkFailed }
  }
}

extension Results {
  fileprivate init(files: [String]) throws {
    try self.init(merging: files.map { ($0, try Results(file: $0)) })
  }
}

/// A summary of results, and the exit status that follows from it.
struct ResultsSummary {
  private let results: Results
  private let summary: Summary

  init(_ results: Results) {
    self.results = results
    summary = Summary(results)
  }

  func print(_ format: OutputFormat) {
    format.write(text: MarkdownReport(summary, sessions: results.sessions).text, json: summary.jsonValue)
  }

  /// Writes the page, the tables and the figures to a folder, and prints the names of the files.
  func write(to folder: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw UsageError(
        "cannot create the folder \(TerminalText.quoted(folder)): \(error.localizedDescription)")
    }
    var files = [
      ("index.html", HTMLReport(summary, sessions: results.sessions).text),
      ("report.md", MarkdownReport(summary, sessions: results.sessions).text),
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
