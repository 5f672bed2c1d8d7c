import LinearModels

#if GLPK
  @_weakLinked import CGLPK

  /// The settings of GLPK beyond the caller's options. Its defaults are weak (no cuts, no presolver) and loose
  /// (an integrality tolerance of 1e-5).
  enum GLPKSettings {
    /// The size of the stack of a solve, since the recursion of the presolver grows with the model [byte].
    static let stackSize = 64 << 20

    /// The settings of the simplex method.
    static func linear(secondsLeft: Double?, isCautious: Bool) -> glp_smcp {
      var parameters = glp_smcp()
      glp_init_smcp(&parameters)
      parameters.msg_lev = GLP_MSG_ALL
      parameters.presolve = isCautious ? GLP_OFF : GLP_ON
      parameters.tol_bnd = 1e-9
      parameters.tol_dj = 1e-9
      parameters.tm_lim = milliseconds(secondsLeft)
      return parameters
    }

    /// The tolerance of an LP session.
    static let sessionTolerance = 1e-9

    /// The settings of the simplex method in an LP session, in which the presolver would throw the basis away.
    static func session(_ limits: SimplexLimits, _ algorithm: SimplexAlgorithm) -> glp_smcp {
      var parameters = linear(secondsLeft: limits.seconds, isCautious: false)
      parameters.presolve = GLP_OFF
      // A dual simplex method that fails goes on as the primal one, which alone can tell that a program is unbounded.
      parameters.meth = algorithm == .dual ? GLP_DUALP : GLP_PRIMAL
      parameters.it_lim = limits.iterationsForC
      parameters.tol_bnd = sessionTolerance
      parameters.tol_dj = sessionTolerance
      return parameters
    }

    /// The settings of branch and bound.
    static func integer(_ options: SolveOptions, secondsLeft: Double?) -> glp_iocp {
      var parameters = glp_iocp()
      glp_init_iocp(&parameters)
      parameters.msg_lev = GLP_MSG_ALL
      // The integer presolver of GLPK 5.0 aborts on some programs of two columns (npp3.c, line 554: "Assertion failed:
      // q->lb < q->ub"; a test has one). Without the presolver, the root relaxation has to be solved before, so that
      // the time limit applies to it too.
      parameters.presolve = GLP_OFF
      // Placement programs with memory rows (4 jobs, 8 layers, 6 nodes, four seeds) took 2 to 7 s with these cuts, 3 to
      // 10 s without cuts, and mostly over 10 s with Gomory cuts too.
      let cuts = options.isCautious ? GLP_OFF : GLP_ON
      parameters.mir_cuts = cuts
      parameters.cov_cuts = cuts
      parameters.clq_cuts = cuts
      // Pseudocosts sometimes abort ("Assertion failed: dx != 0.0", glpios09.c, line 505), so they are not used.
      parameters.br_tech = GLP_BR_DTH
      // With the feasibility pump the simplex method can cycle for ever (`pairflow`, three jobs on three nodes: the
      // ratio 1e3 in `ScarcityTests`). The planner gives a start instead.
      parameters.fp_heur = GLP_OFF
      parameters.tol_int = 1e-9
      // Nodes within tol_obj * (1 + |incumbent|) of the incumbent are dropped. With the default 1e-7, the seventh digit
      // of an objective near 1 can be wrong.
      parameters.tol_obj = 1e-9
      parameters.mip_gap = options.relativeGap
      parameters.tm_lim = milliseconds(secondsLeft)
      return parameters
    }

    /// A time limit in the unit of GLPK, up to the longest that it can count.
    private static func milliseconds(_ seconds: Double?) -> Int32 {
      Int32(min(max((seconds ?? .infinity) * 1000, 0).rounded(.up), Double(Int32.max)))
    }
  }
#endif
