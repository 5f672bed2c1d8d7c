import Documents

extension Document {
  private enum CertificateKey: Int, CaseIterable { case bound, multipliers, potentials }
  private static let certificateSchema = Schema<CertificateKey>()

  private enum PotentialKey: Int, CaseIterable { case job, latency, leastTimes, runs, settled }
  private static let potentialSchema = Schema<PotentialKey>()

  private enum SettledKey: Int, CaseIterable { case stage, computing, nodes, distances }
  private static let settledSchema = Schema<SettledKey>()

  private enum FamilyKey: Int, CaseIterable {
    case blocks, memory, holding, peak, computeLoad, linkLoad, deadline, makespan
    case cuts, paths, ownMemory, ownComputeLoad, ownDeadline
  }
  private static let familySchema = Schema<FamilyKey>()

  private enum LayerKey: Int, CaseIterable { case job, layer, node, value }
  private static let layerSchema = Schema<LayerKey>()

  private enum CutKey: Int, CaseIterable { case node, jobs, atMost, value }
  private static let cutSchema = Schema<CutKey>()

  private enum CutJobKey: Int, CaseIterable { case job, layers, memory }
  private static let cutJobSchema = Schema<CutJobKey>()

  // The names of a multiplier, and its value.
  private enum NodeKey: Int, CaseIterable { case node, value }
  private enum LinkKey: Int, CaseIterable { case from, to, value }
  private enum JobKey: Int, CaseIterable { case job, value }
  private enum JobOnNodeKey: Int, CaseIterable { case job, node, value }

  /// Reads the certificate at a token of a plan's file; the verifier checks whether it proves its bound.
  ///
  /// - Throws: if the value does not have the form of a certificate.
  package func certificate(_ token: Int) throws(InputError) -> Certificate {
    let fields = try fields(of: token, Self.certificateSchema)
    let bound = try finiteNumber(fields.required(.bound))
    switch (fields[.multipliers], fields[.potentials]) {
    case (let token?, nil): return Certificate(bound: bound, proof: .multipliers(try multipliers(token)))
    case (nil, let token?):
      return Certificate(bound: bound, proof: .potentials(try elements(of: token).map(potentials)))
    default: throw error(token, "a certificate has either \"multipliers\" or \"potentials\"")
    }
  }

  private func potentials(_ token: Int) throws(InputError) -> Certificate.Potentials {
    let fields = try fields(of: token, Self.potentialSchema)
    return Certificate.Potentials(
      job: try identifier(fields.required(.job)),
      latency: try nonNegativeNumber(fields.required(.latency)),
      leastTimes: try elements(of: fields.required(.leastTimes)).map(nonNegativeNumber),
      runs: try elements(of: fields.required(.runs)).map(index),
      settled: try elements(of: fields.required(.settled)).map(settled))
  }

  private func settled(_ token: Int) throws(InputError) -> Certificate.Settled {
    let fields = try fields(of: token, Self.settledSchema)
    let settled = Certificate.Settled(
      stage: try index(fields.required(.stage)), isComputing: try flag(fields.required(.computing)),
      nodes: try elements(of: fields.required(.nodes)).map(identifier),
      distances: try elements(of: fields.required(.distances)).map(nonNegativeNumber))
    guard settled.nodes.count == settled.distances.count else {
      throw error(token, "\(settled.nodes.count) nodes, but \(settled.distances.count) distances")
    }
    return settled
  }

  private func multipliers(_ token: Int) throws(InputError) -> Certificate.Multipliers {
    let fields = try fields(of: token, Self.familySchema)
    var multipliers = Certificate.Multipliers()
    if let token = fields[.blocks] { multipliers.blocks = try flag(token) }
    multipliers.memory = try self.multipliers(fields[.memory], NodeKey.self)
    multipliers.holding = try layerMultipliers(fields[.holding])
    multipliers.peak = try layerMultipliers(fields[.peak])
    multipliers.computeLoad = try self.multipliers(fields[.computeLoad], NodeKey.self)
    multipliers.linkLoad = try self.multipliers(fields[.linkLoad], LinkKey.self)
    multipliers.deadline = try self.multipliers(fields[.deadline], JobKey.self)
    multipliers.makespan = try self.multipliers(fields[.makespan], JobKey.self)
    multipliers.paths = try self.multipliers(fields[.paths], JobKey.self)
    multipliers.ownMemory = try self.multipliers(fields[.ownMemory], JobOnNodeKey.self)
    multipliers.ownComputeLoad = try self.multipliers(fields[.ownComputeLoad], JobOnNodeKey.self)
    multipliers.ownDeadline = try self.multipliers(fields[.ownDeadline], JobKey.self)
    if let token = fields[.cuts] { multipliers.cuts = try elements(of: token).map(cut) }
    return multipliers
  }

  private func cut(_ token: Int) throws(InputError) -> Certificate.Cut {
    let fields = try fields(of: token, Self.cutSchema)
    return Certificate.Cut(
      node: try identifier(fields.required(.node)),
      jobs: try elements(of: fields.required(.jobs)).map(cutJob),
      atMost: try index(fields.required(.atMost)), value: try nonNegativeNumber(fields.required(.value)))
  }

  private func cutJob(_ token: Int) throws(InputError) -> Certificate.CutJob {
    let fields = try fields(of: token, Self.cutJobSchema)
    let list = try fields.required(.layers)
    let layers = try elements(of: list).map(index)
    guard layers.count == 2, layers[0] <= layers[1] else {
      throw error(list, "the layers of a block are two numbers: its first and its last layer")
    }
    return Certificate.CutJob(
      job: try identifier(fields.required(.job)), layers: layers[0]...layers[1],
      memory: try nonNegativeNumber(fields.required(.memory)))
  }

  private func layerMultipliers(_ list: Int?) throws(InputError) -> [Certificate.LayerMultiplier] {
    guard let list else { return [] }
    return try elements(of: list).map { element throws(InputError) in
      let fields = try fields(of: element, Self.layerSchema)
      return Certificate.LayerMultiplier(
        job: try identifier(fields.required(.job)), layer: try index(fields.required(.layer)),
        node: try identifier(fields.required(.node)), value: try nonNegativeNumber(fields.required(.value)))
    }
  }

  /// - Parameter keys: those of the names, and last that of the value.
  private func multipliers<Key: CaseIterable & RawRepresentable<Int> & Sendable>(
    _ list: Int?, _ keys: Key.Type
  ) throws(InputError) -> [Certificate.Multiplier] {
    guard let list else { return [] }
    let (schema, keys) = (Schema<Key>(), Array(Key.allCases))
    return try elements(of: list).map { element throws(InputError) in
      let fields = try fields(of: element, schema)
      let names = try keys.dropLast().map { key throws(InputError) in try identifier(fields.required(key)) }
      return Certificate.Multiplier(
        names, value: try nonNegativeNumber(fields.required(keys[keys.count - 1])))
    }
  }
}
