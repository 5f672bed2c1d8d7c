import HiGHSBackend

/// The backends that this build and this machine have. Tests that need one are disabled by these, with a reason, and tests
/// of what a missing one does run over the others.
public enum Backends {
  /// In the order in which the program prefers them.
  public static let all = ["cbc", "highs", "glpk"]

  /// Those of the package's traits whose library is there; that of HiGHS is looked for at run time.
  public static let built: [String] = {
    var names: [String] = []
    #if CBC
      names.append("cbc")
    #endif
    if (try? HiGHSBackend().version) != nil { names.append("highs") }
    #if GLPK
      names.append("glpk")
    #endif
    return names
  }()

  public static var missing: [String] { all.filter { !built.contains($0) } }

  public static var areThere: Bool { !built.isEmpty }
  public static var areAllThere: Bool { missing.isEmpty }

  /// What the program says about how to get a missing one.
  public static func remedies(for backend: String) -> [String] {
    ["install", backend == "highs" ? "make highs" : "trait \(backend.uppercased())"]
  }
}
