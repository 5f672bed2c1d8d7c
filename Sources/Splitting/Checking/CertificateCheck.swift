import Foundations
import Splitting

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
    let flaws: [String]
    let bound: Double
    switch certificate.proof {
    case .multipliers(let multipliers):
      let proof = LagrangianBound(multipliers, of: instance, kind)
      (flaws, bound) = (proof.findings, proof.value)
    case .potentials(let potentials):
      let proof = PotentialBound(potentials, of: instance, kind)
      (flaws, bound) = (proof.findings, proof.value)
    }
    guard flaws.isEmpty else {
      (findings, provenBound) = (flaws, nil)
      return
    }
    provenBound = bound
    // Written so that what is no number fails.
    if certificate.bound <= bound + Self.tolerance * abs(bound) {
      findings = []
    } else {
      let figures = Figures.apart([certificate.bound, bound], .duration)
      findings = ["the certificate states a bound of \(figures[0]), but proves only \(figures[1])"]
    }
  }

  private static let tolerance = 1e-9
}
