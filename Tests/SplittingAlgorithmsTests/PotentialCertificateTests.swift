import Foundations
import Splitting
import SplittingChecking
import TestSupport
import Testing

@testable import SplittingAlgorithms

/// Potentials prove every job's shortest latency, whatever instance; and changed ones never prove more.
@Suite struct PotentialCertificateTests {
  @Test(arguments: AdversarialFamily.allCases)
  func theyProveShortestLatencies(_ family: AdversarialFamily) throws {
    for seed in UInt64(0)..<120 {
      for kind in ObjectiveKind.ofLatencies {
        var instance = Instance.adversarial(family, seed: seed)
        instance.options.objective = kind
        try check(instance, "\(family) seed \(seed), \(kind)")
      }
    }
  }

  @Test(arguments: Coupling.allCases)
  func couplingsDoNotMatter(_ coupling: Coupling) throws {
    for seed in UInt64(0)..<120 {
      try check(.random(seed: seed, coupling), "\(coupling) seed \(seed)")
    }
  }

  @Test(arguments: MachineFamily.allCases)
  func thoseOfMachinesDoAsWell(_ family: MachineFamily) throws {
    for seed in UInt64(0)..<120 {
      for kind in ObjectiveKind.ofLatencies {
        var instance = Instance.machines(family, seed: seed)
        instance.options.objective = kind
        try check(instance, "\(family) seed \(seed), \(kind)")
      }
    }
  }

  @Test func magnitudesFarApartDoNotMatter() throws {
    for seed in UInt64(0)..<200 {
      try check(.extreme(seed: seed), "extreme seed \(seed)")
      try check(.absurd(seed: seed), "absurd seed \(seed)")
    }
  }

  /// Long chains on grids, where the simplest bound does not do.
  @Test(arguments: [AdversarialFamily.growing, .hourglass, .measured, .rules])
  func boundsWithRunsAreRecomputed(_ family: AdversarialFamily) throws {
    let instance = Instance.adversarial(family, seed: 0, side: 32, layers: 32)
    let certificate = try check(instance, "large \(family)")
    let jobs = try #require(certificate?.jobs)
    #expect(jobs.contains { !$0.runs.isEmpty }, "no job of \(family) needs runs")
  }

  /// Whatever is changed in a certificate or its instance, it proves no more than is true.
  @Test(arguments: AdversarialFamily.allCases)
  func changedOnesNeverProveTooMuch(_ family: AdversarialFamily) throws {
    var weakened = 0
    for seed in UInt64(0)..<60 {
      weakened += try change(Instance.adversarial(family, seed: seed), seed, "\(family) seed \(seed)")
    }
    #expect(weakened > 100, "the changes do nothing: \(weakened)")
  }

  @Test(arguments: [MachineFamily.relays, .transfers, .bandwidths, .together])
  func changedOnesOfMachinesNeverProveTooMuch(_ family: MachineFamily) throws {
    var weakened = 0
    for seed in UInt64(0)..<200 {
      weakened += try change(Instance.machines(family, seed: seed), seed, "\(family) seed \(seed)")
    }
    #expect(weakened > 20, "the changes do nothing: \(weakened)")
  }

  /// Changes the certificate of an instance, or the instance; returns how many proofs became weaker.
  private func change(_ instance: Instance, _ seed: UInt64, _ context: String) throws -> Int {
    guard let value = try shortest(instance), value > 0, let certificate = try certificate(instance) else {
      return 0
    }
    var weakened = 0
    var random = SplitMix64(seed: seed)
    for change in 0..<12 {
      var changed = certificate.jobs
      changed.mutate(&random)
      let forged = Certificate(bound: value, proof: .potentials(changed))
      let check = CertificateCheck(forged, of: instance, instance.options.objective)
      guard let bound = check.provenBound else { continue }
      #expect(bound <= value * (1 + 1e-9), "\(context), change \(change): proves \(bound) of \(value)")
      if bound < value * (1 - 1e-9) {
        weakened += 1
        #expect(!check.findings.isEmpty, "\(context), change \(change): stated \(value), proves \(bound)")
      }
    }
    var faster = instance
    faster.speedUp(&random)
    try check(certificate, of: value, faster, "\(context), faster")
    var opened = instance
    for node in opened.network.nodes.indices { opened.network.nodes[node].isRelay = true }
    try check(certificate, of: value, opened, "\(context), all of them relays")
    return weakened
  }

  /// Checks a certificate of an instance with a value against another instance, whose value is not larger.
  private func check(
    _ certificate: Certificate, of value: Double, _ other: Instance, _ context: String
  ) throws {
    guard let less = try shortest(other) else { return }
    let check = CertificateCheck(certificate, of: other, other.options.objective)
    #expect((check.provenBound ?? 0) <= less * (1 + 1e-9), "\(context): \(less)")
    if less < value * (1 - 1e-6) { #expect(!check.findings.isEmpty, "\(context)") }
  }

  // MARK: Support

  /// The shortest latencies' objective [s]; `nil` where a job has no way.
  private func shortest(_ instance: Instance) throws -> Double? {
    let latencies = try ShortestPaths(instance).latencies
    return latencies.allSatisfy { $0 < .infinity } ? instance.cost(ofLatencies: latencies) : nil
  }

  private func certificate(_ instance: Instance) throws -> Certificate? {
    guard let value = try shortest(instance) else { return nil }
    let latencies = try ShortestPaths(instance).latencies
    let maker = PotentialCertificate(instance: instance, latencies: latencies)
    return try maker.certificate(of: value)
  }

  @discardableResult
  private func check(_ instance: Instance, _ context: String) throws -> Certificate? {
    guard let value = try shortest(instance), let certificate = try certificate(instance) else { return nil }
    #expect(certificate.bound == value, "\(context): \(certificate.bound) of \(value)")
    let check = CertificateCheck(certificate, of: instance, instance.options.objective)
    #expect(check.findings.isEmpty, "\(context): \(check.findings)")
    let proven = try #require(check.provenBound, "\(context)")
    #expect(proven <= value * (1 + 1e-12), "\(context): \(proven) of \(value)")
    return certificate
  }
}

extension Certificate {
  fileprivate var jobs: [Potentials] {
    guard case .potentials(let jobs) = proof else { return [] }
    return jobs
  }
}

extension [Certificate.Potentials] {
  /// Changes one figure.
  fileprivate mutating func mutate(_ random: inout SplitMix64) {
    guard !isEmpty else { return }
    let job = Int(random.next() % UInt64(count))
    let factor = [0, 0.5, 0.99, 1.01, 2, 1e6][Int(random.next() % 6)]
    switch random.next() % 6 {
    case 0: self[job].latency *= factor
    case 5: boast(job, &random)
    case 1:
      guard let layer = self[job].leastTimes.indices.randomElement(using: &random) else { return }
      self[job].leastTimes[layer] *= factor
    case 2: self[job].runs = self[job].runs.isEmpty && !self[job].leastTimes.isEmpty ? [0] : []
    case 3:
      guard let part = self[job].settled.indices.randomElement(using: &random) else { return }
      self[job].settled.remove(at: part)
    default:
      guard let part = self[job].settled.indices.randomElement(using: &random) else { return }
      let place = Int(random.next() % UInt64(self[job].settled[part].distances.count))
      self[job].settled[part].distances[place] *= factor
    }
  }
}

extension [Certificate.Potentials] {
  /// A latency out of all proportion, and distances that vanish beside it.
  private mutating func boast(_ job: Int, _ random: inout SplitMix64) {
    let latency = Double(sign: .plus, exponent: 30 + Int(random.next() % 900), significand: 1)
    self[job].latency = latency
    for part in self[job].settled.indices {
      self[job].settled[part].distances = self[job].settled[part].distances.map { _ in
        latency.ulp * random.nextUnit()
      }
    }
  }
}

extension Instance {
  /// Halves what something takes.
  fileprivate mutating func speedUp(_ random: inout SplitMix64) {
    if !network.links.isEmpty && random.next() % 2 == 0 {
      let link = Int(random.next() % UInt64(network.links.count))
      network.links[link].bandwidth *= 2
      network.links[link].latency /= 2
    } else {
      network.nodes[Int(random.next() % UInt64(network.nodes.count))].compute *= 2
    }
  }
}
