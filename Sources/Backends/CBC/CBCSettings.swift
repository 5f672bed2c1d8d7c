#if CBC
  @_weakLinked import CCBC

  /// What CBC and Clp are told beyond the caller's options.
  enum CBCSettings {
    /// Clp's tolerances, for linear programs and for what is left of a mixed-integer one.
    static let linearTolerance = 1e-9

    /// Parameters by the names that the `cbc` program knows them by.
    static func integer(
      _ relativeGap: Double, secondsLeft: Double?, hasLog: Bool, preprocesses: Bool
    ) -> [(String, String)] {
      var parameters = [
        ("logLevel", hasLog ? "1" : "0"),
        ("threads", "1"),
        ("preprocess", preprocessing(preprocesses)),
        // The default increment, 1e-5 and absolute, returns objectives up to 1e-5 too high as optimal.
        ("increment", "1e-9"),
        ("allowableGap", "0"),
        // CBC relates the gap to its bound, which is the larger one where the objective is negative.
        ("ratioGap", "\(relativeGap / (1 + relativeGap))"),
        ("integerTolerance", "1e-9"),
        ("primalTolerance", "1e-9"),
        ("dualTolerance", "1e-9"),
      ]
      if let secondsLeft {
        // The limit is CPU time unless told otherwise.
        parameters += [("timeMode", "elapsed"), ("seconds", "\(secondsLeft)")]
      }
      return parameters
    }

    /// Off by default: with it, CBC 2.10.8 returns 19712 for a two-variable program whose optimum is 444
    /// (coin-or/Cbc issue 293, a test here). It would gain little: on placement programs (4 jobs, 8 layers, 6 nodes,
    /// four seeds) a solve took 2.2 to 4.2 s without, 3.4 to 4.3 s with "on" and 2.6 to 7.5 s with "sos"; on weak
    /// formulations half a second became a third.
    private static func preprocessing(_ isOn: Bool) -> String { isOn ? "sos" : "off" }
  }
#endif
