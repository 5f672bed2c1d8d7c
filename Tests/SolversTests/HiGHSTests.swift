import Conformance
import Foundation
import LinearModels
import Synchronization
import TestSupport
import Testing

@testable import HiGHSBackend

extension SolversTests {
  /// How the library is found, and what is said if it cannot be used.
  @Suite struct HiGHSTests {
    @Test func theLibraryOfTheEnvironmentIsTheOnlyOne() {
      let location = HiGHSLocation(requested: "/opt/libhighs.so", program: ["a", ".build", "debug", "b"])
      #expect(location.candidates == ["/opt/libhighs.so"])
    }

    @Test func theProgramsFolderAndItsCheckoutComeBeforeTheSystem() {
      let location = HiGHSLocation(requested: nil, program: ["a", "b", ".build", "x86", "debug", "worker"])
      let paths = location.candidates.map { $0.replacing("dylib", with: "so") }
      #expect(
        paths.prefix(2) == [
          "/a/b/.build/x86/debug/libhighs.so", "/a/b/build/highs/highsbox/highs_dist/lib/libhighs.so",
        ])
      #expect(paths.dropFirst(2).allSatisfy { !$0.contains("/") } && paths.count == 4)
    }

    @Test func anInstalledProgramLooksIntoNoFolderAboveIt() {
      let location = HiGHSLocation(requested: nil, program: ["tmp", "x", "worker"])
      #expect(location.candidates.filter { $0.contains("/") }.map { $0.hasPrefix("/tmp/x/lib") } == [true])
    }

    @Test(arguments: [
      ("build/libhighs.so", "not an absolute path"), ("/nowhere/libhighs.so", "/nowhere/libhighs.so"),
    ])
    func aLibraryThatCannotBeOpenedIsUnavailable(_ path: String, _ words: String) {
      expectUnavailable(path, saying: words)
    }

    #if os(Linux)
      /// The C library is one that is certainly there.
      @Test func aLibraryWithoutTheFunctionsIsUnavailable() throws {
        let maps = try #require(FileHandle(forReadingAtPath: "/proc/self/maps")?.readDataToEndOfFile())
        let lines = String(decoding: maps, as: UTF8.self).split(separator: "\n")
        let line = try #require(lines.first { $0.contains("/libc.so") })
        let path = try #require(line.split(separator: " ").last.map(String.init))
        expectUnavailable(path, saying: "no function Highs_version", "1.9")
      }
    #endif

    private func expectUnavailable(_ path: String, saying words: String...) {
      let location = HiGHSLocation(requested: path, program: nil)
      #expect {
        try HiGHSLibrary(at: location)
      } throws: { error in
        guard case BackendError.unavailable("highs", let remedy) = error else { return false }
        return words.allSatisfy(remedy.contains)
      }
    }
  }

  /// What libraries report while they search.
  @Suite struct ProgressTests {
    /// CBC gives no points before the end.
    @Test(arguments: Solver.throughWorkers.filter { $0.name != "cbc" })
    func incumbentsAndBoundsAreReported(_ solver: Solver) async throws {
      let hard = try hardModel(seed: 1)
      let reports = Mutex<[SolveProgress]>([])
      let solution = try await solver.solve(hard, options: SolveOptions(timeLimit: 2)) { progress in
        reports.withLock { $0.append(progress) }
      }
      let seen = reports.withLock { $0 }
      let objective = try #require(solution.objective)
      let points = seen.compactMap(\.values)
      #expect(!points.isEmpty)
      for point in points {
        #expect(hard.violation(at: point, tolerance: 1e-6) == nil)
        #expect(hard.objectiveValue(at: point) >= objective - 1e-6)
      }
      let bounds = seen.compactMap(\.bound)
      #expect(!bounds.isEmpty && bounds.allSatisfy { $0 <= objective + 1e-9 })
      #expect((seen.last?.nodes ?? 0) > 0)
    }
  }
}
