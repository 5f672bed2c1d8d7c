/// The backends that the package's traits put into this build. Tests that need one are disabled by these, with a
/// reason, and tests of what a missing one does run over the others.
public enum Backends {
  /// In the order in which the program prefers them.
  public static let all = ["cbc", "glpk"]

  public static var built: [String] {
    var names: [String] = []
    #if CBC
      names.append("cbc")
    #endif
    #if GLPK
      names.append("glpk")
    #endif
    return names
  }

  public static var missing: [String] { all.filter { !built.contains($0) } }

  public static var areThere: Bool { !built.isEmpty }
  public static var areAllThere: Bool { missing.isEmpty }
}
