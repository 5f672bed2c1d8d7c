import Conformance
import LinearModels
import Testing

extension SolversTests {
  /// Models of which a backend is known to give a wrong optimum.
  @Suite(.enabled(if: MPSFile.folder != nil, "needs the models that are kept beside the repository"))
  struct WrongAnswerTests {
    /// With its cuts, CBC 2.10.8 calls -0.489 the optimum of the first; presolving of HiGHS 1.16.0 is wrong about the
    /// second.
    static let models = [
      "cbc-2.10.8-cuts-wrong": -0.578298037692, "highs-1.16.0-presolve-wrong": -0.278587709113,
    ]

    @Test(arguments: Solver.inProcess, models.keys.sorted())
    func cautionIsRightOrTheWrongAnswerIsCaught(_ solver: Solver, _ name: String) async throws {
      let optimum = try #require(Self.models[name])
      let program = try MPSFile(named: name).model()
      let cautious = try await solver.solve(program, options: SolveOptions(timeLimit: 60, isCautious: true))
      #expect(cautious.termination == .optimal && near(cautious.objective, optimum, within: 1e-6))
      guard solver.takesStart else { return }
      do throws(BackendError) {
        let options = SolveOptions(timeLimit: 60, start: cautious.values)
        let solution = try await solver.solve(program, options: options)
        #expect(near(solution.objective, optimum, within: 1e-6))
      } catch {
        guard case .wrong = error else { throw error }
      }
    }
  }
}
