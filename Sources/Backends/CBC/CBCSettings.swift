#if CBC
  import CCBC

  /// What CBC and Clp are told beyond the caller's options.
  enum CBCSettings {
    /// Clp's tolerances, for linear programs and for what is left of a mixed-integer one.
    static let linearTolerance = 1e-9

    /// Parameters by the names that the `cbc` program knows them by.
    static func integer(_ relativeGap: Double, secondsLeft: Double?, logs: Bool) -> [(String, String)] {
      var parameters = [
        ("logLevel", logs ? "1" : "0"),
        ("threads", "1"),
        ("preprocess", preprocess),
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

    static let preprocess = "off"
  }
#endif
