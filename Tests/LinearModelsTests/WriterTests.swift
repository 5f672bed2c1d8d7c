import CBCBackend
import Foundation
import GLPKBackend
import LinearModels
import Testing

@Suite struct WriterTests {
  @Test func lpFileIsAsRecorded() throws {
    #expect(
      try example().lpText()
        == """
        \\ example: 4 columns (2 integer), 3 rows, 4 nonzeros
        \\ One unit of the objective is 1.0 s.
        \\ x_l_u: layer l runs on node u
        \\ column n_e1: e1
        Minimize
         objective: + 1.5 x_0_1 - n_e1 + 2 constant
        Subject To
         capacity: + 3 x_0_1 + 2 k <= 4
         balance: + n_e1 - 0.5 y = 0
         nothing: + 0 x_0_1 >= -1
        Bounds
         constant = 1
         -3 <= k <= 7
         0 <= n_e1 <= 9
         y free
        Binaries
         x_0_1
        Generals
         k
        End

        """)
  }

  @Test func mpsFileIsAsRecorded() throws {
    #expect(
      try example().mpsText() == """
        * example: 4 columns (2 integer), 3 rows, 4 nonzeros
        * One unit of the objective is 1.0 s.
        * x_l_u: layer l runs on node u
        * column n_e1: e1
        NAME example FREE
        ROWS
         N objective
         L capacity
         E balance
         G nothing
        COLUMNS
         MARKER0 'MARKER' 'INTORG'
         x_0_1 objective 1.5
         x_0_1 capacity 3
         k objective 0
         k capacity 2
         MARKER1 'MARKER' 'INTEND'
         n_e1 objective -1
         n_e1 balance 1
         y objective 0
         y balance -0.5
         constant objective 2
        RHS
         RHS capacity 4
         RHS nothing -1
        BOUNDS
         BV BOUND x_0_1
         LO BOUND k -3
         UP BOUND k 7
         UP BOUND n_e1 9
         FR BOUND y
         FX BOUND constant 1
        ENDATA

        """)
  }

  private func example() throws -> CompiledModel {
    var model = LinearModel(name: "example", objectiveUnit: "s")
    model.comments = ["x_l_u: layer l runs on node u"]
    let x = model.addBinary(Label("x", 0, 1))
    let k = model.addInteger(Label("k"), lower: -3, upper: 7)
    let e = model.addContinuous(Label("e1"), upper: 9)
    let y = model.addContinuous(Label("y"), lower: -.infinity)
    model.add(Label("capacity"), 3 * x + 2 * k <= 4)
    model.add(Label("balance"), e - 0.5 * y == 0)
    model.add(Label("nothing"), LinearExpression() >= -1)
    model.minimise(1.5 * x - e + 2)
    return try model.compiled()
  }

  static let formats = ["lp", "mps"]

  #if GLPK
    @Test(.enabled(if: program("glpsol") != nil, "needs the program glpsol"), arguments: formats)
    func glpsolReadsTheSameProblem(_ format: String) throws {
      let glpsol = try #require(program("glpsol"))
      try expectSameOptimum(GLPKBackend(), format) { file, _ in
        let report = file.deletingPathExtension().appendingPathExtension("sol")
        defer { try? FileManager.default.removeItem(at: report) }
        // Without the presolver for integers, which aborts on one of these programs.
        let reading = format == "lp" ? "--lp" : "--freemps"
        let printed = try output(of: glpsol, [reading, file.path, "--nointopt", "-o", report.path])
        if printed.contains("HAS NO") { return nil }
        let text = try String(contentsOf: report, encoding: .utf8)
        guard !text.contains("UNDEFINED"), !text.contains("EMPTY"), !text.contains("INFEASIBLE") else {
          return nil
        }
        return text.firstMatch(of: /Objective: +\S+ = (\S+)/).flatMap { Double($0.1) }
      }
    }
  #endif

  #if CBC
    @Test(.enabled(if: program("cbc") != nil, "needs the program cbc"), arguments: formats)
    func cbcReadsTheSameProblem(_ format: String) throws {
      let cbc = try #require(program("cbc"))
      try expectSameOptimum(CBCBackend(), format) { file, _ in
        // Without preprocessing, see coin-or/Cbc issue 293.
        let report = file.deletingPathExtension().appendingPathExtension("sol")
        defer { try? FileManager.default.removeItem(at: report) }
        let printed = try output(
          of: cbc,
          [file.path, "-preprocess", "off", "-increment", "1e-9", "-solve", "-solution", report.path])
        guard let text = try? String(contentsOf: report, encoding: .utf8) else {
          Issue.record("cbc wrote no report: \(printed)\n\(try String(contentsOf: file, encoding: .utf8))")
          return nil
        }
        return text.firstMatch(of: /^Optimal - objective value (\S+)/).flatMap { Double($0.1) }
      }
    }
  #endif

  private func expectSameOptimum(
    _ backend: some Backend, _ format: String, solve: (URL, CompiledModel) throws -> Double?
  ) throws {
    var optima = 0
    for seed in 0..<150 {
      let model = try randomProgram(seed: seed)
      let file = FileManager.default.temporaryDirectory
        .appending(path: "layerroute-\(UUID().uuidString).\(format)")
      try (format == "lp" ? model.lpText() : model.mpsText()).write(
        to: file, atomically: true, encoding: .utf8)
      defer { try? FileManager.default.removeItem(at: file) }
      let truth = try backend.solve(model, options: SolveOptions())
      let value = try solve(file, model)
      if let expected = truth.objective {
        optima += 1
        let difference = abs((value ?? .nan) - expected)
        #expect(difference <= 1e-5 * max(1, abs(expected)), "seed \(seed): \(value as Any), not \(expected)")
      } else {
        #expect(value == nil, "seed \(seed): \(truth.termination)")
      }
    }
    #expect(optima > 50)
  }
}
