import Foundation
import TestSupport
import Testing

/// The program in a folder of its own, with workers that misbehave beside it.
struct Installation {
  let program: Program
  private let folder: URL

  /// Puts a program into the folder without writing it: a file that is open for writing, also in a process that another
  /// test has just forked, cannot be started.
  private static func place(_ program: URL, at place: URL) throws {
    do {
      try FileManager.default.linkItem(at: program, to: place)
    } catch {
      // Another file system.
      try FileManager.default.copyItem(at: program, to: place)
    }
  }

  /// - Parameters:
  ///   - behaviours: what the stub of each backend does.
  ///   - real: backends that work.
  init(_ parent: TemporaryFolder, _ behaviours: [String: String], real: [String] = []) throws {
    folder = parent.url.appending(path: "installed-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    program = Program(folder.appending(path: "layerroute"))
    try Self.place(Program.layerroute.url, at: program.url)
    let products = Program.productsFolder
    let stub = folder.appending(path: "StubWorker")
    try Self.place(products.appending(path: "StubWorker"), at: stub)
    for (backend, behaviour) in behaviours {
      let worker = folder.appending(path: "layerroute-\(backend)")
      let script =
        behaviour == "deaf"
        ? "trap '' INT TERM HUP; while true; do sleep 1; done"
        : "STUB=\(behaviour) exec '\(stub.path)' \(backend)"
      try "#!/bin/sh\n\(script)\n".write(to: worker, atomically: false, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: worker.path)
    }
    for backend in real {
      // A link, so that the worker finds what it finds in its own folder.
      try FileManager.default.createSymbolicLink(
        at: folder.appending(path: "layerroute-\(backend)"),
        withDestinationURL: products.appending(path: "layerroute-\(backend)"))
    }
  }

  /// With a stub in place of every backend.
  init(_ parent: TemporaryFolder, everyBackend behaviour: String) throws {
    try self.init(parent, Dictionary(uniqueKeysWithValues: Backends.all.map { ($0, behaviour) }))
  }

  func solve(_ arguments: String...) async throws -> ProgramRun {
    try await program.run(["solve"] + arguments)
  }

  /// Command lines of the processes that run programs of this folder.
  var processes: [String] {
    let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return numbers.filter { Int($0) != nil }.compactMap { number in
      guard let bytes = FileManager.default.contents(atPath: "/proc/\(number)/cmdline") else { return nil }
      let line = String(decoding: bytes, as: UTF8.self).replacing("\0", with: " ")
      return line.contains(folder.path) ? line : nil
    }
  }

  func untilAWorkerRuns(named name: String? = nil) async throws {
    for _ in 0..<600 {
      let workers = processes.filter {
        ($0.contains("/StubWorker ") || $0.contains("\(folder.path)/layerroute-")) && $0.contains(name ?? "/")
      }
      if !workers.isEmpty { break }
      try await Task.sleep(for: .milliseconds(50))
    }
    // It has read its request soon after.
    try await Task.sleep(for: .milliseconds(300))
  }

  func start(_ arguments: String...) throws -> RunningProgram {
    try RunningProgram(program.url, arguments)
  }
}

/// A program that a test sends signals to.
struct RunningProgram {
  private let process = Process()
  private let output = Pipe()

  init(_ url: URL, _ arguments: [String]) throws {
    process.executableURL = url
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  struct End: CustomStringConvertible {
    let exitStatus: Int32?
    let output: String
    let seconds: Double
    var description: String {
      "exit status \(exitStatus.map(String.init) ?? "none") in \(seconds) s\n\(output)"
    }
  }

  /// Sends the signals and waits.
  func end(by signals: [Int32]) throws -> End {
    let start = ContinuousClock.now
    for signal in signals {
      kill(process.processIdentifier, signal)
      // Two signals of a kind that arrive together are one.
      usleep(100_000)
    }
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return End(
      exitStatus: process.terminationReason == .exit ? process.terminationStatus : nil,
      output: String(decoding: text, as: UTF8.self),
      seconds: (ContinuousClock.now - start) / .seconds(1))
  }
}
