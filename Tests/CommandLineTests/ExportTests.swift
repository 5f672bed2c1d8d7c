import Foundation
import Foundations
import LayerRoute
import Problems
import Splitting
import TestSupport
import Testing

/// Exported files say the same as `solve`, to programs that are not ours.
@Suite struct ExportTests {
  private let files: SampleFiles

  init() throws { files = try SampleFiles() }

  static let formats = ["lp", "mps"]

  @Test(arguments: formats)
  func outputAndFileHoldTheSameBytesEveryTime(_ format: String) async throws {
    let instance = try files.write(Samples.coupled)
    let arguments = ["export", instance, "--formulation", "layered", "--format", format]
    let first = try await Program.layerroute.run(arguments)
    let second = try await Program.layerroute.run(arguments)
    let written = try await Program.layerroute.run(arguments + ["-o", files.path("model")])
    for run in [first, second, written] { #expect(run.exitStatus == 0 && run.errors.isEmpty, "\(run)") }
    #expect(!first.output.isEmpty && first.output == second.output)
    #expect(written.output.isEmpty)
    #expect(try String(contentsOfFile: files.path("model"), encoding: .utf8) == first.output)
    #expect(try unit(first.output) > 0)
  }

  @Test func whatIsNotAskedForIsAUsageError() async throws {
    let instance = try files.write(Samples.coupled)
    expect(try await layerroute("export", instance, "--format", "lp"), exits: 64, saying: "formulation")
    expect(
      try await layerroute("export", instance, "--formulation", "layered", "--format", "xls"), exits: 64,
      saying: "xls")
    expect(
      try await layerroute("export", instance, "--formulation", "nonesuch", "--format", "lp"), exits: 64,
      saying: "nonesuch", "layered")
  }

  // MARK: Other programs

  @Test(
    .enabled(if: Reader.glpsol != nil && Backends.areThere, "needs the program glpsol and a backend"),
    arguments: Coupling.allCases)
  func glpsolFindsTheOptimumOfSolve(_ coupling: Coupling) async throws {
    try await expectSameOptima(try #require(Reader.glpsol), coupling)
  }

  @Test(
    .enabled(if: Reader.cbc != nil && Backends.areThere, "needs the program cbc and a backend"),
    arguments: Coupling.allCases)
  func cbcFindsTheOptimumOfSolve(_ coupling: Coupling) async throws {
    try await expectSameOptima(try #require(Reader.cbc), coupling)
  }

  @Test(.enabled(if: Backends.areThere, "needs a backend"))
  func namesThatBreakFilesStayHarmless() async throws {
    var instance = Samples.coupled
    let ids: [Name] = [
      "end\nSubject To\n x >= 1", "\"quoted\" \\ \u{1b}[31m", "größe 模型 \u{2028} e1",
    ]
    for (node, id) in ids.enumerated() { instance.network.nodes[node].id = id }
    instance.jobs[0].id = "*\nROWS\n N cost"
    instance.jobs[1].id = "e1"
    instance.dnns[0].layers[0].name = "\r\nENDATA\r\n"
    instance.dnns[0].layers[1].name = "\\"
    let expected = try await optimum(instance)
    for reader in [Reader.glpsol, Reader.cbc].compactMap({ $0 }) {
      for formulation in ["layered", "assignment"] {
        for format in Self.formats {
          let value = try await optimum(instance, formulation, format, reader)
          let context = "\(reader.name), \(formulation), \(format)"
          #expect(agree(value ?? .nan, expected ?? .nan), "\(context): \(value as Any)")
        }
      }
    }
  }

  /// Seeded instances of both objectives and policies; formulations and formats take turns.
  private func expectSameOptima(_ reader: Reader, _ coupling: Coupling) async throws {
    for seed in UInt64(0)..<6 {
      let instance = Instance.random(seed: seed, coupling)
      let expected = try await optimum(instance)
      let format = Self.formats[Int(seed) % 2]
      for formulation in Kinds.splitting.formulations where formulation.refusal(of: instance) == nil {
        let value = try await optimum(instance, formulation.name, format, reader)
        let context = "\(coupling) seed \(seed), \(formulation.name), \(format)"
        let isSame =
          expected == nil || value == nil
          ? expected == nil && value == nil : near(value ?? .nan, expected ?? .nan)
        #expect(isSame, "\(context): \(value as Any), solve \(expected as Any)\n\(instance.json())")
      }
    }
  }

  /// The programs print six digits or so, and stop within 1e-6.
  private func near(_ value: Double, _ expected: Double) -> Bool {
    abs(value - expected) <= 1e-5 * max(abs(value), abs(expected)) || abs(value - expected) < 1e-12
  }

  /// What `solve` finds [s]; `nil` where there is no plan.
  private func optimum(_ instance: Instance) async throws -> Double? {
    let run = try await layerroute("solve", try files.write(instance), "--format", "json")
    return try run.status() == "infeasible" ? nil : try run.objective()
  }

  /// What a program finds in the exported file [s]; `nil` where there is no solution.
  private func optimum(
    _ instance: Instance, _ formulation: String, _ format: String, _ reader: Reader
  ) async throws -> Double? {
    let model = files.path("model.\(format)")
    let run = try await layerroute(
      "export", try files.write(instance), "--formulation", formulation, "--format", format, "-o", model)
    #expect(run.exitStatus == 0, "\(run)")
    let unit = try unit(try String(contentsOfFile: model, encoding: .utf8))
    return try await reader.optimum(model, format, report: files.path("report")).map { $0 * unit }
  }

  /// What one unit of the objective is [s], as the file's comment says.
  private func unit(_ text: String) throws -> Double {
    let comment = text.firstMatch(of: /[\\*] One unit of the objective is (\S+) s\./)
    return try #require(comment.flatMap { Double($0.1) }, "no unit in \(text.prefix(300))")
  }
}

/// A program that solves exported files.
struct Reader: Sendable {
  let name: String
  private let program: Program

  static let glpsol = Program(onPath: "glpsol").map { Reader(name: "glpsol", program: $0) }
  static let cbc = Program(onPath: "cbc").map { Reader(name: "cbc", program: $0) }

  /// In units of the file's objective; `nil` where the file has no solution.
  func optimum(_ model: String, _ format: String, report: String) async throws -> Double? {
    for options in options(format, report) {
      try? FileManager.default.removeItem(atPath: report)
      let run = try await program.run(options.reading + [model] + options.solving)
      guard let text = try? String(contentsOfFile: report, encoding: .utf8), !text.isEmpty else {
        // glpsol writes nothing where its presolver proves that there is no solution.
        if run.output.contains("HAS NO") { return nil }
        continue
      }
      return value(text)
    }
    throw ReaderFailure(description: "\(name) has no answer to \(model)")
  }

  private struct ReaderFailure: Error, CustomStringConvertible { let description: String }

  private func value(_ report: String) -> Double? {
    if name == "cbc" {
      return report.firstMatch(of: /^Optimal - objective value (\S+)/).flatMap { Double($0.1) }
    }
    if ["UNDEFINED", "EMPTY", "INFEASIBLE"].contains(where: report.contains) { return nil }
    return report.firstMatch(of: /Objective: +\S+ = (\S+)/).flatMap { Double($0.1) }
  }

  /// The options before and after the file's name, in the order in which they are tried.
  private func options(_ format: String, _ report: String) -> [(reading: [String], solving: [String])] {
    if name == "glpsol" { return [([format == "lp" ? "--lp" : "--freemps"], ["--nointopt", "-o", report])] }
    // Without preprocessing first, see coin-or/Cbc issue 293; that fails an assertion on programs of two columns.
    let solving = ["-increment", "1e-9", "-solve", "-solution", report]
    return [([], ["-preprocess", "off"] + solving), ([], solving)]
  }
}
