import Documents
import Foundation
import Foundations
import Problems

/// The reason why results cannot be read or written.
public struct ResultsFileError: Error, Sendable, CustomStringConvertible {
  public enum Kind: Sendable {
    /// The file cannot be written.
    case unwritable
    /// The file does not hold results, or holds those of another suite.
    case unfit
  }

  public var kind: Kind
  public var file: String
  public var message: String

  public var description: String { "\(TerminalText.escaped(file)): \(message)" }
}

/// A results file, which grows by one line for each run.
///
/// Each line is written and synchronised to disk at once. If a crash left an incomplete last line, the line is cut off
/// and its run is repeated. The file is locked against a second writer for the lifetime of this object.
public final class ResultsFile {
  public private(set) var results: Results
  private let path: String
  private let handle: FileHandle

  /// Opens a results file, or creates it.
  ///
  /// - Parameters:
  ///   - path: the path of the file.
  ///   - suite: the suite whose results the file may hold.
  /// - Throws: if the file cannot be written, another process writes it, or it holds something else.
  public init(appendingTo path: String, of suite: Suite) throws(ResultsFileError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw ResultsFileError(
        kind: .unwritable, file: path,
        message: "cannot write results here: \(String(cString: strerror(errno)))")
    }
    self.path = path
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw ResultsFileError(
        kind: .unwritable, file: path, message: "another campaign is writing its results here")
    }
    guard let data = try? handle.readToEnd() ?? Data() else {
      throw ResultsFileError(kind: .unfit, file: path, message: "cannot read this file")
    }
    let complete = data.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    results = try Results(lines: data.prefix(complete), file: path)
    guard !results.sessions.isEmpty || data.isEmpty || data.starts(with: ResultsLine.beginning) else {
      throw ResultsFileError(
        kind: .unfit, file: path, message: "this is not a results file; name another file (-o)")
    }
    for session in results.sessions where session.fingerprint != suite.fingerprint {
      throw ResultsFileError(
        kind: .unfit, file: path,
        message: "it holds results of suite \(session.suite) \(session.fingerprint), not of \(suite.name) "
          + "\(suite.fingerprint); name another file (-o), or remove this one")
    }
    // Only now, when the file is known to be a results file: no other file is changed.
    if complete < data.count, ftruncate(descriptor, off_t(complete)) != 0 { throw failure() }
  }

  func append(_ session: Session) throws(ResultsFileError) {
    try append(line: ResultsLine(session))
    results.sessions.append(session)
  }

  func append(_ run: RunRecord) throws(ResultsFileError) {
    try append(line: ResultsLine(run))
    results.runs.append(run)
  }

  private func append(line: ResultsLine) throws(ResultsFileError) {
    do {
      try handle.write(contentsOf: Data(JSONLine.text(of: line).utf8))
      try handle.synchronize()
    } catch {
      throw failure()
    }
  }

  private func failure() -> ResultsFileError {
    ResultsFileError(
      kind: .unwritable, file: path, message: "cannot write results here: \(String(cString: strerror(errno)))"
    )
  }
}

/// A line of a results file: a session or a run. The first line is a session.
private struct ResultsLine: Codable {
  /// The version of the format; only in lines with a session.
  var layerroute: Int?
  var session: Session?
  var run: RunRecord?

  static let version = 1
  /// The first bytes of every results file, since keys are sorted.
  static let beginning = Data("{\"layerroute\":\(version),\"session\":{".utf8)

  init(_ session: Session) { (layerroute, self.session) = (Self.version, session) }
  init(_ run: RunRecord) { self.run = run }

  /// Whether it has the parts that a line must have, with possible values.
  var isPlausible: Bool {
    switch (layerroute, session, run) {
    case (Self.version, let session?, nil): session.isPlausible
    case (nil, nil, let run?): run.isPlausible
    default: false
    }
  }
}

extension Results {
  /// Reads a results file; an incomplete last line is left out.
  public init(file: String) throws(ResultsFileError) {
    let bytes: [UInt8]
    do {
      bytes = try InputFile.read(file: file)
    } catch {
      throw ResultsFileError(kind: .unfit, file: file, message: error.message)
    }
    let complete = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    try self.init(lines: Data(bytes.prefix(complete)), file: file)
    guard !sessions.isEmpty else {
      throw ResultsFileError(kind: .unfit, file: file, message: "the file holds no results")
    }
  }

  fileprivate init(lines: Data, file: String) throws(ResultsFileError) {
    self.init()
    let decoder = JSONDecoder()
    for (index, text) in lines.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .enumerated()
    where !text.isEmpty {
      let line = try? decoder.decode(ResultsLine.self, from: text)
      guard let line, line.isPlausible, line.session != nil || !sessions.isEmpty else {
        throw ResultsFileError(
          kind: .unfit, file: "\(file):\(index + 1)",
          message: "this is not a line of results of `layerroute bench`")
      }
      if let session = line.session { sessions.append(session) }
      if let run = line.run { runs.append(run) }
    }
  }

  /// The text of a results file.
  public func lines() throws -> String {
    try sessions.map { try JSONLine.text(of: ResultsLine($0)) }.joined()
      + runs.map { try JSONLine.text(of: ResultsLine($0)) }.joined()
  }

  /// Merges the results of parts of one suite. If several parts hold the same run, the first one counts.
  ///
  /// - Parameter parts: the results, with the names of their files.
  /// - Throws: if they are of different suites.
  public init(merging parts: [(file: String, results: Results)]) throws(ResultsFileError) {
    self.init()
    var keys = Set<RunRecord.Key>()
    for part in parts {
      var numbers: [Int: Int] = [:]
      for var session in part.results.sessions {
        if let first = sessions.first, first.fingerprint != session.fingerprint {
          throw ResultsFileError(
            kind: .unfit, file: part.file,
            message: "these are results of suite \(session.suite) \(session.fingerprint), those of the first "
              + "file are of \(first.suite) \(first.fingerprint)")
        }
        numbers[session.number] = sessions.count + 1
        session.number = sessions.count + 1
        sessions.append(session)
      }
      for var run in part.results.runs where keys.insert(run.key).inserted {
        run.session = numbers[run.session] ?? run.session
        runs.append(run)
      }
    }
  }
}

extension Session {
  /// Whether it can have been written by a campaign.
  fileprivate var isPlausible: Bool {
    settings.limit > 0 && settings.repetitions > 0 && (1...1_000_000).contains(number) && planned >= 0
  }
}

extension RunRecord {
  /// Whether it can have been written by a campaign.
  fileprivate var isPlausible: Bool {
    let sizes = [subject.nodes, subject.links, subject.jobs, subject.layers]
    let times = [seconds, build, solve, decode].compactMap(\.self)
    let isFinished = outcome == .solved || outcome == .infeasible
    return sizes.allSatisfy { (0...1_000_000).contains($0) } && repetition >= 0
      && times.allSatisfy { $0 >= 0 } && (!isFinished || seconds > 0)
      && (outcome != .solved || value != nil)
      && [value, bound, root, known].compactMap(\.self).allSatisfy { $0 > -1e300 && $0 < 1e300 }
  }
}
