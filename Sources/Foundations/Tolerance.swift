/// The tolerances of plans and their files.
public enum Tolerance {
  /// A constraint holds if its left-hand side is at most its limit times this factor.
  public static let slack = 1 + 1e-6
  /// The relative difference up to which numbers agree, and the gap up to which a search is finished.
  public static let relative = 1e-6

  /// Whether two numbers agree.
  public static func agrees(_ left: Double, _ right: Double) -> Bool {
    // The test excludes infinities, which would agree with everything.
    left.isFinite && right.isFinite && abs(left - right) <= relative * max(abs(left), abs(right))
  }
}
