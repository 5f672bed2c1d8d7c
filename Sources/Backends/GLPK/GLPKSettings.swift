#if GLPK
  @_weakLinked import CGLPK

  /// What GLPK is told beyond the caller's options. Its defaults are weak (no cuts, no presolve) and loose
  /// (integrality 1e-5).
  enum GLPKSettings {
    /// Recursion in the presolver grows with the model [byte].
    static let stackSize = 64 << 20

    /// Longest time limit that GLPK can count [ms].
    static let longestTimeLimit = Double(Int32.max)

    static func linear(secondsLeft: Double?) -> glp_smcp {
      var parameters = glp_smcp()
      glp_init_smcp(&parameters)
      parameters.msg_lev = GLP_MSG_ALL
      parameters.presolve = GLP_ON
      parameters.tol_bnd = 1e-9
      parameters.tol_dj = 1e-9
      parameters.tm_lim = milliseconds(secondsLeft)
      return parameters
    }

    static func integer(_ relativeGap: Double, secondsLeft: Double?) -> glp_iocp {
      var parameters = glp_iocp()
      glp_init_iocp(&parameters)
      parameters.msg_lev = GLP_MSG_ALL
      // GLPK 5.0's presolver for integers aborts on some programs of two columns (npp3.c, line 554: "Assertion
      // failed: q->lb < q->ub"; a test here has one). Without it the root relaxation is solved before, which
      // brings it under the time limit as well.
      parameters.presolve = GLP_OFF
      // Measured on placement programs with memory rows (4 jobs, 8 layers, 6 nodes, four seeds): 2 to 7 s with
      // these cuts, 3 to 10 s without cuts, and mostly over 10 s once Gomory cuts are added.
      parameters.mir_cuts = GLP_ON
      parameters.cov_cuts = GLP_ON
      parameters.clq_cuts = GLP_ON
      // Not pseudocosts, which abort once in a while ("Assertion failed: dx != 0.0", glpios09.c, line 505).
      parameters.br_tech = GLP_BR_DTH
      // The feasibility pump can make the simplex cycle for ever (`pairflow`, three jobs on three nodes: the ratio 1e3 in
      // `ScarcityTests`). Plans to start from come from elsewhere.
      parameters.fp_heur = GLP_OFF
      parameters.tol_int = 1e-9
      // Nodes within tol_obj * (1 + |incumbent|) of the incumbent are dropped; the default 1e-7 shows in the
      // seventh digit of objectives near 1.
      parameters.tol_obj = 1e-9
      parameters.mip_gap = relativeGap
      parameters.tm_lim = milliseconds(secondsLeft)
      return parameters
    }

    private static func milliseconds(_ seconds: Double?) -> Int32 {
      guard let seconds else { return Int32.max }
      return Int32(min(max(seconds * 1000, 0).rounded(.up), longestTimeLimit))
    }
  }
#endif
