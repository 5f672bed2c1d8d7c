/// The tolerances of the contract, in one place.
public enum Tolerance {
  /// A constraint holds if its left-hand side is at most its limit times this.
  public static let slack = 1 + 1e-6
  /// Numbers agree, and a gap is closed, within this [relative].
  public static let relative = 1e-6

  /// Whether two numbers agree.
  public static func agrees(_ left: Double, _ right: Double) -> Bool {
    // Infinities would agree with everything.
    left.isFinite && right.isFinite && abs(left - right) <= relative * max(abs(left), abs(right))
  }
}
