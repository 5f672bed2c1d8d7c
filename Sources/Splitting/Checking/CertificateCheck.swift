import Foundations
import Splitting

/// Checks the certificate of a bound, from the instance's stored figures and the certificate's numbers alone.
public struct CertificateCheck: Sendable {
  /// The errors of the certificate, one sentence for each; empty if it proves its bound.
  public let findings: [String]
  /// The bound that the numbers prove: no plan has a smaller value [s]; `nil` if they prove nothing.
  public let provenBound: Double?

  /// - Parameters:
  ///   - certificate: the certificate to check.
  ///   - instance: the instance that it belongs to.
  ///   - kind: the objective that the certificate bounds.
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
    // The comparison is written so that NaN fails.
    if certificate.bound <= bound + Self.tolerance * abs(bound) {
      findings = []
    } else {
      let figures = Figures.apart([certificate.bound, bound], .duration)
      findings = ["the certificate states a bound of \(figures[0]), but proves only \(figures[1])"]
    }
  }

  private static let tolerance = 1e-9
}
