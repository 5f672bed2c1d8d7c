public import Instances

/// Checks the certificate of a bound, from the instance's stored figures and the certificate's numbers alone.
public struct CertificateCheck: Sendable {
  /// What is wrong, a sentence each; empty where the certificate proves its bound.
  public let findings: [String]
  /// What its numbers prove: no plan is worth less [s]; `nil` where they prove nothing.
  public let provenBound: Double?

  /// - Parameters:
  ///   - certificate: what is checked.
  ///   - instance: what it is about.
  ///   - kind: the objective that the bound is a bound of.
  /// - Complexity: O(J L (N + E) log N).
  public init(_ certificate: Certificate, of instance: Instance, _ kind: ObjectiveKind) {
    let bound =
      switch certificate.proof {
      case .multipliers(let multipliers): LagrangianBound(multipliers, of: instance, kind)
      }
    guard bound.findings.isEmpty else {
      (findings, provenBound) = (bound.findings, nil)
      return
    }
    provenBound = bound.value
    // Written so that what is no number fails.
    if certificate.bound <= bound.value + Self.tolerance * abs(bound.value) {
      findings = []
    } else {
      let figures = Figures.apart([certificate.bound, bound.value], .duration)
      findings = ["the certificate states a bound of \(figures[0]), but proves only \(figures[1])"]
    }
  }

  private static let tolerance = 1e-9
}
