import Splitting

/// The variables of one job, which can be decoded to a plan and set from one.
public protocol JobVariables: Sendable {
  /// The plan that the values stand for; `nil` if they stand for none.
  func plan(in values: [Double]) -> JobPlan?
  /// Sets the variables that the plan uses to 1; returns false if one of them was left out.
  func mark(_ plan: JobPlan, in values: inout [Double]) -> Bool
}
