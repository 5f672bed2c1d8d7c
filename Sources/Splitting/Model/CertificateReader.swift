import Documents

/// Checks the shape of a certificate; the verifier checks whether it proves its bound.
struct CertificateReader {
  let document: Document

  private enum Key: Int, CaseIterable { case bound, multipliers, potentials }
  private static let schema = Schema<Key>()

  private enum PotentialKey: Int, CaseIterable { case job, latency, leastTimes, runs, settled }
  private static let potentialSchema = Schema<PotentialKey>()

  private enum SettledKey: Int, CaseIterable { case stage, computing, nodes, distances }
  private static let settledSchema = Schema<SettledKey>()

  private enum FamilyKey: Int, CaseIterable { case memory, computeLoad, linkLoad, deadline, makespan }
  private static let familySchema = Schema<FamilyKey>()

  private enum NodeKey: Int, CaseIterable { case node, value }
  private static let nodeSchema = Schema<NodeKey>()

  private enum LinkKey: Int, CaseIterable { case from, to, value }
  private static let linkSchema = Schema<LinkKey>()

  private enum JobKey: Int, CaseIterable { case job, value }
  private static let jobSchema = Schema<JobKey>()

  func certificate(_ token: Int) throws(InputError) -> Certificate {
    let fields = try document.fields(of: token, Self.schema)
    return Certificate(
      bound: try document.finiteNumber(fields.required(.bound)), proof: try proof(fields, of: token))
  }

  private func proof(_ fields: Fields<Key>, of token: Int) throws(InputError) -> Certificate.Proof {
    switch (fields[.multipliers], fields[.potentials]) {
    case (let token?, nil): return .multipliers(try multipliers(token))
    case (nil, let token?): return .potentials(try list(token, potentials))
    default: throw document.error(token, "a certificate has either \"multipliers\" or \"potentials\"")
    }
  }

  private func potentials(_ token: Int) throws(InputError) -> Certificate.Potentials {
    let fields = try document.fields(of: token, Self.potentialSchema)
    return Certificate.Potentials(
      job: try document.identifier(fields.required(.job)),
      latency: try document.nonNegativeNumber(fields.required(.latency)),
      leastTimes: try list(fields.required(.leastTimes), document.nonNegativeNumber),
      runs: try list(fields.required(.runs), document.index),
      settled: try list(fields.required(.settled), settled))
  }

  private func settled(_ token: Int) throws(InputError) -> Certificate.Settled {
    let fields = try document.fields(of: token, Self.settledSchema)
    let settled = Certificate.Settled(
      stage: try document.index(fields.required(.stage)),
      isComputing: try document.flag(fields.required(.computing)),
      nodes: try list(fields.required(.nodes), document.identifier),
      distances: try list(fields.required(.distances), document.nonNegativeNumber))
    guard settled.nodes.count == settled.distances.count else {
      throw document.error(
        token, "\(settled.nodes.count) nodes, but \(settled.distances.count) distances")
    }
    return settled
  }

  private func multipliers(_ token: Int) throws(InputError) -> Certificate.Multipliers {
    let fields = try document.fields(of: token, Self.familySchema)
    var multipliers = Certificate.Multipliers()
    multipliers.memory = try list(fields[.memory], ofNode)
    multipliers.computeLoad = try list(fields[.computeLoad], ofNode)
    multipliers.linkLoad = try list(fields[.linkLoad], ofLink)
    multipliers.deadline = try list(fields[.deadline], ofJob)
    multipliers.makespan = try list(fields[.makespan], ofJob)
    return multipliers
  }

  private func list<Element>(
    _ token: Int?, _ element: (Int) throws(InputError) -> Element
  ) throws(InputError) -> [Element] {
    guard let token else { return [] }
    var elements: [Element] = []
    for child in try document.elements(of: token) { elements.append(try element(child)) }
    return elements
  }

  private func ofNode(_ token: Int) throws(InputError) -> Certificate.OfNode {
    let fields = try document.fields(of: token, Self.nodeSchema)
    return Certificate.OfNode(
      node: try document.identifier(fields.required(.node)),
      value: try document.nonNegativeNumber(fields.required(.value)))
  }

  private func ofLink(_ token: Int) throws(InputError) -> Certificate.OfLink {
    let fields = try document.fields(of: token, Self.linkSchema)
    return Certificate.OfLink(
      from: try document.identifier(fields.required(.from)),
      to: try document.identifier(fields.required(.to)),
      value: try document.nonNegativeNumber(fields.required(.value)))
  }

  private func ofJob(_ token: Int) throws(InputError) -> Certificate.OfJob {
    let fields = try document.fields(of: token, Self.jobSchema)
    return Certificate.OfJob(
      job: try document.identifier(fields.required(.job)),
      value: try document.nonNegativeNumber(fields.required(.value)))
  }
}

extension Certificate {
  /// Reads a certificate.
  ///
  /// - Parameters:
  ///   - document: a plan's file.
  ///   - token: the certificate's token.
  /// - Throws: if the value does not have the form of a certificate.
  package static func read(_ document: Document, _ token: Int) throws(InputError) -> Certificate {
    try CertificateReader(document: document).certificate(token)
  }
}
