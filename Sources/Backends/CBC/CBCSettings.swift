import LinearModels

#if CBC
  /// The settings of CBC and Clp beyond the caller's options.
  enum CBCSettings {
    /// The tolerance of Clp, for linear programs and for mixed-integer programs with fixed integer columns.
    static let linearTolerance = 1e-9

    /// The method by which Clp scales a program: 3 is its own choice, and 0 is none.
    ///
    /// Clp 1.17 scales a column without entries by 1e20, and its cost too, next to which rows do not count: it calls
    /// programs infeasible that are not (a test has one).
    static func scaling(hasEmptyColumn: Bool) -> Int32 { hasEmptyColumn ? 0 : 3 }

    /// The parameters for a mixed-integer program, under the names that they have in the `cbc` program.
    static func integer(
      _ options: SolveOptions, secondsLeft: Double?, preprocesses: Bool
    ) -> [(String, String)] {
      var parameters = [
        ("logLevel", options.log == nil ? "0" : "1"),
        ("threads", "1"),
        // Off by default. With it, CBC 2.10.8 returns 19712 for a program of two variables whose optimum is 444
        // (coin-or/Cbc issue 293, which a test has). It would save little time. On placement programs (4 jobs, 8
        // layers, 6 nodes, four seeds) a solve took 2.2 to 4.2 s without it, 3.4 to 4.3 s with "on", and 2.6 to 7.5 s
        // with "sos". On weak formulations it shortened half a second to a third of a second.
        ("preprocess", preprocesses ? "sos" : "off"),
        // With the default, an absolute increment of 1e-5, objectives up to 1e-5 too high are returned as optimal.
        ("increment", "1e-9"),
        ("allowableGap", "0"),
        // CBC divides the gap by its bound, whose magnitude is larger than that of a negative objective.
        ("ratioGap", "\(options.relativeGap / (1 + options.relativeGap))"),
        ("integerTolerance", "1e-9"),
        ("primalTolerance", "1e-9"),
        ("dualTolerance", "1e-9"),
      ]
      // With cuts, CBC 2.10.8 calls a plan optimal that is not, on a well-scaled program of 179 columns; without Gomory
      // cuts, or without flow covers, it is right there.
      if options.isCautious { parameters.append(("cuts", "off")) }
      if let secondsLeft {
        // By default the limit is one of CPU time.
        parameters += [("timeMode", "elapsed"), ("seconds", "\(secondsLeft)")]
      }
      return parameters
    }
  }
#endif
