import Foundation
import Subprocess

/// What a program said and how it ended.
public struct ProgramRun: Sendable, CustomStringConvertible {
  /// `nil` where a signal ended it.
  public let exitStatus: Int32?
  public let output: String
  public let errors: String
  public let arguments: [String]

  public var description: String {
    let status = exitStatus.map { "exit status \($0)" } ?? "ended by a signal"
    return "\(arguments.joined(separator: " ")): \(status)\n\(output.prefix(4000))\n\(errors.prefix(4000))"
  }
}

/// A program did not end in time, and was killed.
public struct ProgramTimeout: Error, CustomStringConvertible {
  public let arguments: [String]
  public var description: String { "\(arguments.joined(separator: " ")) did not end in time" }
}

/// A program that tests run, always with a limit.
public struct Program: Sendable {
  public let url: URL

  public init(_ url: URL) { self.url = url }

  /// A program on the search path, for example `glpsol`; `nil` where there is none.
  public init?(onPath name: String) {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let candidates = folders.map { URL(filePath: String($0)).appending(path: name) }
    guard let found = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0.path) })
    else { return nil }
    url = found
  }

  /// The folder of the built programs.
  public static var productsFolder: URL {
    #if os(macOS)
      for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
        return bundle.bundleURL.deletingLastPathComponent()
      }
    #endif
    return Bundle.main.bundleURL
  }

  /// The command line under test.
  public static var layerroute: Program { Program(productsFolder.appending(path: "layerroute")) }

  /// Runs the program to its end.
  ///
  /// - Parameter seconds: after which it is killed.
  /// - Throws: ``ProgramTimeout``, or what kept the program from starting.
  public func run(_ arguments: [String], seconds: Double = 60) async throws -> ProgramRun {
    try await withThrowingTaskGroup(of: ProgramRun?.self) { group in
      group.addTask { try await finished(arguments) }
      group.addTask {
        try await Task.sleep(for: .seconds(seconds))
        return nil
      }
      defer { group.cancelAll() }
      guard let run = try await group.next() ?? nil else { throw ProgramTimeout(arguments: arguments) }
      return run
    }
  }

  /// Runs the program, and sends it a signal.
  ///
  /// Nothing here waits on a thread: tests beside this one would have none.
  ///
  /// - Parameters:
  ///   - number: of the signal.
  ///   - seconds: when it is sent.
  /// - Returns: what came of it; the exit status is `nil` where the signal ended the program.
  public func run(
    _ arguments: [String], interruptedBy number: Int32, after seconds: Double
  ) async throws -> ProgramRun {
    // No pipe: other programs that are started meanwhile would hold it open as well.
    let file = FileManager.default.temporaryDirectory.appending(path: "layerroute-output-\(UUID())")
    guard FileManager.default.createFile(atPath: file.path, contents: nil) else {
      throw CocoaError(.fileWriteUnknown)
    }
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    process.standardOutput = try FileHandle(forWritingTo: file)
    process.standardError = FileHandle.nullDevice
    try process.run()
    try await Task.sleep(for: .seconds(seconds))
    kill(process.processIdentifier, number)
    let end = ContinuousClock.now + .seconds(60)
    while process.isRunning {
      guard ContinuousClock.now < end else {
        kill(process.processIdentifier, SIGKILL)
        throw ProgramTimeout(arguments: arguments)
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    return ProgramRun(
      exitStatus: process.terminationReason == .exit ? process.terminationStatus : nil,
      output: try String(contentsOf: file, encoding: .utf8), errors: "", arguments: arguments)
  }

  private func finished(_ arguments: [String]) async throws -> ProgramRun {
    let result = try await Subprocess.run(
      .path(.init(url.path)), arguments: Arguments(arguments),
      environment: .inherit.updating(["COLUMNS": "100"]),
      output: .bytes(limit: 1 << 26), error: .bytes(limit: 1 << 24))
    var exitStatus: Int32?
    if case .exited(let code) = result.terminationStatus { exitStatus = code }
    return ProgramRun(
      exitStatus: exitStatus, output: String(decoding: result.standardOutput, as: UTF8.self),
      errors: String(decoding: result.standardError, as: UTF8.self), arguments: arguments)
  }
}

/// A folder that is removed with its owner.
public final class TemporaryFolder: Sendable {
  public let url: URL

  public init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "layerroute-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  public func path(_ name: String) -> String { url.appending(path: name).path }

  /// Writes a file, and the folders that it needs, and returns its path.
  @discardableResult
  public func write(_ text: String, to name: String) throws -> String {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: false, encoding: .utf8)
    return path(name)
  }
}

/// Whether two numbers agree within a relative 1e-6.
public func agree(_ left: Double, _ right: Double) -> Bool {
  abs(left - right) <= 1e-6 * max(abs(left), abs(right))
}
