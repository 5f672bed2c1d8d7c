import Foundations
import Splitting

/// Checks the certificate of a bound, from the instance's stored figures and the certificate's numbers alone.
public struct CertificateCheck: Sendable {
  /// The errors of the certificate, one sentence for each; empty if it proves its bound.
  public let findings: [String]
  /// The bound that the numbers prove: no plan has a smaller value [s]; `nil` if they prove nothing.
  public let provenBound: Double?

  /// Checks a certificate of an instance for the objective `kind`.
  ///
  /// - Complexity: O(J L (N + E) log N), and for each claim of a job's paths a search of at most 200,000 labels.
  public init(_ certificate: Certificate, of instance: Instance, _ kind: ObjectiveKind) {
    guard kind != .bottleneck else {
      findings = ["certificates prove bounds on latencies, and the objective is bottleneck"]
      provenBound = nil
      return
    }
    let (flaws, bound): ([String], Double)
    switch certificate.proof {
    case .multipliers(let multipliers):
      let proof = LagrangianBound(multipliers, of: instance, kind)
      (flaws, bound) = (proof.findings, proof.value)
    case .potentials(let potentials):
      let proof = PotentialBound(potentials, of: instance, kind)
      (flaws, bound) = (proof.findings, proof.value)
    }
    provenBound = flaws.isEmpty ? bound : nil
    // The comparison is written so that NaN fails.
    if !flaws.isEmpty || certificate.bound <= bound + 1e-9 * abs(bound) {
      findings = flaws
    } else {
      let figures = Figures.apart([certificate.bound, bound], .duration)
      findings = ["the certificate states a bound of \(figures[0]), but proves only \(figures[1])"]
    }
  }
}
