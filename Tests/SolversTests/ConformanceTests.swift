import Conformance
import LinearModels
import TestSupport
import Testing

#if CBC
  import CBCBackend
#endif

extension SolversTests {
  /// Every backend does what backends must do, in this process and through its worker.
  @Suite(.enabled(if: Backends.areThere, "needs a backend")) struct ConformanceTests {
    @Test func everyBackendIsTested() {
      #expect(Solver.inProcess.map(\.name).sorted() == Backends.built.sorted())
    }

    @Test(arguments: Solver.inProcess, BackendConformance.requirements)
    func aLibraryInThisProcessConforms(
      _ solver: Solver, _ requirement: BackendConformance.Requirement
    ) async throws {
      try await requirement.check(solver)
    }

    @Test(arguments: Solver.throughWorkers, BackendConformance.requirements.filter { !$0.isLong })
    func aWorkerConforms(_ solver: Solver, _ requirement: BackendConformance.Requirement) async throws {
      try await requirement.check(solver)
    }

    @Test(arguments: SessionSource.inProcess, SessionConformance.requirements)
    func aSessionInThisProcessConforms(
      _ source: SessionSource, _ requirement: SessionConformance.Requirement
    ) async throws {
      try await requirement.check(source, oracle: source.oracle)
    }

    @Test(arguments: SessionSource.throughWorkers, SessionConformance.requirements.filter { !$0.isLong })
    func aSessionOfAWorkerConforms(
      _ source: SessionSource, _ requirement: SessionConformance.Requirement
    ) async throws {
      try await requirement.check(source, oracle: source.oracle)
    }

    #if CBC
      /// The wrong optimum itself, through CBC's own interface, and how it is caught: by a point that is known.
      @Test func theWrongOptimumOfThePublishedCounterexampleIsCaught() throws {
        let program = try publishedCounterexample()
        let careless = CBCBackend(preprocesses: true)
        #expect(try careless.solve(program).objective == 19712, "is preprocessing still to be kept off?")
        #expect(
          throws: BackendError.wrong(
            backend: "cbc", detail: "it calls 19712.0 optimal, but a point with the value 444.0 is known")
        ) { try careless.solve(program, options: SolveOptions(start: [0, 1])) }
      }
    #endif
  }
}
