#if GLPK
  import CGLPK

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
      parameters.presolve = GLP_ON
      // Of the cuts only MIR pay: on placement programs with memory rows (4 jobs, 8 layers, 6 nodes, four seeds)
      // a solve took 2 to 8 s with them, 3 to 10 s with none, 3 to 9 s with cover and clique cuts, and over
      // 10 s with Gomory cuts, alone or among the others.
      parameters.mir_cuts = GLP_ON
      // Costs next to nothing, and gives a point to return where a limit strikes early.
      parameters.fp_heur = GLP_ON
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
