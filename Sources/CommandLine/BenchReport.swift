import ArgumentParser
import BenchmarkHarness
import Charts
import Documents
import Foundation

/// Says what results show.
struct BenchReport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Say what results show: tables, and with -o a page with figures.",
    discussion: """
      Prints the summary as Markdown. With -o, writes into that folder: index.html (a page that needs nothing else), \
      report.md (the same tables) and the figures as SVG.

      Exit status 0: all that finished agree. 1: an answer was wrong. 65: the file holds no results.
      """)

  @Argument(
    help: "Files of results of one suite; several are merged.", completion: .file(extensions: ["jsonl"]))
  var files: [String]

  @Option(
    name: .shortAndLong, help: "The folder for the page, the tables and the figures; made if there is none.",
    completion: .directory)
  var output: String?

  @Option(help: "How the summary is printed.")
  var format: OutputFormat = .text

  func run() throws {
    let results = try Results(files: files)
    guard output == nil || format == .text else {
      throw UsageError(
        message: "-o writes a page and tables; --format json goes to standard output: use one of them")
    }
    let summary = ResultsSummary(results)
    if let output { try summary.write(to: output) } else { summary.print(format) }
    if let status = summary.exitStatus { throw status }
  }
}

/// Puts the results of shards together.
struct BenchMerge: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Put the results of a suite's parts together.",
    discussion: "Of runs that several files hold, those of the first count.")

  @Argument(help: "Files of results of one suite.", completion: .file(extensions: ["jsonl"]))
  var files: [String]

  @Option(
    name: .shortAndLong, help: "Write to this file instead of standard output.",
    completion: .file(extensions: ["jsonl"]))
  var output: String?

  func run() throws {
    if let output { try OutputFile.check(output, notReplacing: files) }
    try Console.write(Results(files: files).lines(), to: output)
  }
}

/// Holds results against earlier ones.
struct BenchReproduce: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce",
    abstract: "Hold new results against earlier ones of the same suite.",
    discussion: """
      Every optimum has to be the same, and the ratios to `layered` are shown with the intervals that the earlier \
      results give. Exit status 0: every optimum that both have is reproduced. 1: one is not, or an answer was wrong.
      """)

  @Argument(help: "The earlier results.", completion: .file(extensions: ["jsonl"]))
  var earlier: String

  @Argument(help: "The new results.", completion: .file(extensions: ["jsonl"]))
  var new: String

  func run() throws {
    let (before, now) = (try Results(file: earlier), try Results(file: new))
    // Says so where they are of different suites.
    _ = try Results(merging: [(earlier, before), (new, now)])
    let reproduction = Reproduction(of: before, by: now)
    Console.write(reproduction.markdown)
    if !reproduction.isReproduced { throw ExitStatus.checkFailed }
  }
}

extension Results {
  fileprivate init(files: [String]) throws(ResultsFileError) {
    var parts: [(String, Results)] = []
    for file in files { parts.append((file, try Results(file: file))) }
    try self.init(merging: parts)
  }
}
