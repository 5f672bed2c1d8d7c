import LinearModels

/// The settings of HiGHS beyond the caller's options.
enum HiGHSSettings {
  /// The value of an option.
  enum Value {
    case flag(Bool)
    case count(Int32)
    case number(Double)
    case text(String)
  }

  /// The tolerance of rows, bounds, duals and integrality, which are absolute. The default is 1e-6. It is also what an
  /// incumbent must be better by than the one before, so that objectives near 1 are right to nine digits with this one.
  static let tolerance = 1e-9

  /// The options that every version from 1.9 on has, under the names of the `highs` program.
  static func options(_ options: SolveOptions, isLinear: Bool, logFile: String?) -> [(String, Value)] {
    var settings: [(String, Value)] =
      common(logFile: logFile) + [
        ("mip_feasibility_tolerance", .number(tolerance)),
        ("mip_rel_gap", .number(options.relativeGap)),
        // The default of 1e-6 ends a search whose objectives are small too early.
        ("mip_abs_gap", .number(0)),
      ]
    // Duals of a vertex, and no interior point method by chance. With integers, 1.15 ignores the option, but until 1.11 it
    // means that the relaxation is solved instead, and called optimal.
    if isLinear { settings.append(("solver", .text("simplex"))) }
    // Presolving has called feasible programs infeasible (issues 2432, 2585, 3090, 3296) and suboptimal points optimal
    // (1725, 3274). Without it most programs take longer.
    if options.isCautious { settings.append(("presolve", .text("off"))) }
    return settings
  }

  /// The options of an LP session: the simplex method from the basis that is there, which presolving would discard.
  static func session(logFile: String?) -> [(String, Value)] {
    common(logFile: logFile) + [("solver", .text("simplex")), ("presolve", .text("off"))]
  }

  private static func common(logFile: String?) -> [(String, Value)] {
    let settings: [(String, Value)] = [
      // Its log goes to a file; the console would be standard output.
      ("output_flag", .flag(logFile != nil)), ("log_to_console", .flag(false)),
      // With more, its scheduler keeps threads that outlive the solve, and times in a comparison mean nothing.
      ("threads", .count(1)), ("parallel", .text("off")),
      ("primal_feasibility_tolerance", .number(tolerance)),
      ("dual_feasibility_tolerance", .number(tolerance)),
      // The default drops coefficients of up to 1e-9.
      ("small_matrix_value", .number(1e-12)),
    ]
    return settings + (logFile.map { [("log_file", .text($0))] } ?? [])
  }

  /// Options that only newer versions have: HiPO, which 1.15 may choose for the root node, loads a build of OpenBLAS for
  /// one family of processors.
  static let newer: [(String, Value)] = [("mip_ipm_solver", .text("ipx"))]
}
