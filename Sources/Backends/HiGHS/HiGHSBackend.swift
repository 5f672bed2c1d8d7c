import Foundations
import LinearModels

/// Solves with HiGHS in this process.
///
/// The library is opened at the first use, and nothing is linked: the path in `LAYERROUTE_HIGHS`, else `libhighs.so`
/// beside the program, else what `make highs` put into the checkout, else what the system's loader finds. Solves may run
/// in parallel. An internal error of HiGHS can end the process; run the solve in a worker if that matters.
public struct HiGHSBackend: Backend {
  /// Makes a backend.
  public init() {}

  static let name = "highs"

  /// How to get the library.
  static let remedy =
    "run `make highs`, or `pip install highsbox` and set LAYERROUTE_HIGHS to the path of its libhighs.so"

  /// The name on the command line.
  public var name: String { Self.name }
  /// HiGHS can begin from a given point.
  public var takesStart: Bool { true }

  /// The version that the library reports.
  /// - Throws: ``/LinearModels/BackendError/unavailable(backend:remedy:)`` if there is no library that can be used, or if
  ///   this program was built without the package trait.
  public var version: String {
    get throws(BackendError) { try library.version }
  }

  /// Solves a model.
  ///
  /// `HiGHSSettings` lists the settings beyond the options. Every incumbent is reported, and at most ten times a second
  /// the bound that is proved so far.
  ///
  /// - Throws: ``/LinearModels/BackendError``: `unavailable` if there is no library that can be used or this program was
  ///   built without the package trait, `unsupported` for an option that HiGHS cannot honour, `failed` if HiGHS gives up,
  ///   `wrong` if its answer contradicts the model or the start.
  public func solve(
    _ model: CompiledModel, options: SolveOptions, report: @escaping SolveReport
  ) throws(BackendError) -> Solution {
    let library = try library
    try checkOptions(options)
    try checkStart(options, of: model)
    if let answer = answerWithoutColumns(model) { return answer }
    let solve = HiGHSSolve(
      backend: self, library: library, options: options, report: report,
      budget: Budget(seconds: options.timeLimit))
    return try consistent(solve.solution(of: model), with: options, of: model)
  }

  var library: HiGHSLibrary {
    get throws(BackendError) {
      #if HiGHS
        return try HiGHSLibrary.shared.get()
      #else
        throw .unavailable(
          backend: name, remedy: "built without it; build with the package trait HiGHS, then \(Self.remedy)")
      #endif
    }
  }
}
