import Foundations
import Networks
import Splitting
import TestSupport
import Testing

@testable import SplittingChecking

/// Whatever cuts a certificate has, what they prove is true; and a cut that some plan breaks is refused.
@Suite struct CutTests {
  @Test(arguments: [Coupling.memory, .together])
  func noCutsProveMoreThanTheOptimum(_ coupling: Coupling) throws {
    let counts = try check("\(coupling)") { Instance.random(seed: $0, coupling) }
    #expect(counts.accepted > 100 && counts.refused > 50, "\(coupling): \(counts)")
    // Bounds that cuts do not raise prove little of the code; where loads compete too, few are.
    if coupling == .memory { #expect(counts.better > 2, "\(coupling): \(counts)") }
  }

  @Test(arguments: [MachineFamily.sharedWeights, .ownWeights, .peaks, .parts, .together])
  func noCutsOfMachinesProveMoreThanTheOptimum(_ family: MachineFamily) throws {
    let counts = try check("\(family)") { Instance.machines(family, seed: $0) }
    #expect(counts.accepted > 100 && counts.refused > 50, "\(family): \(counts)")
    if [.ownWeights, .peaks, .parts].contains(family) { #expect(counts.better > 2, "\(family): \(counts)") }
  }

  /// Random cuts at random prices: what the check accepts proves no more than the optimum, beside other multipliers too.
  /// Returns how many cuts were accepted and refused, and how many raised a bound.
  private func check(
    _ name: String, _ make: (_ seed: UInt64) -> Instance
  ) throws -> (accepted: Int, refused: Int, better: Int) {
    var counts = (accepted: 0, refused: 0, better: 0)
    for seed in UInt64(0)..<150 {
      var instance = make(seed)
      var random = SplitMix64(seed: seed)
      instance.options.objective = random.nextUnit() < 0.7 ? .total : .max
      guard instance.jobs.count > 1, let optimum = BruteForce(instance).optimum() else { continue }
      for scale in [0.02, 0.1, 0.3, 0.3, 1, 3, 1e20, 1e300] {
        let others = random.nextUnit() < 0.6 ? 0 : 0.1 * optimum
        var multipliers = Certificate.Multipliers.random(for: instance, scale: others, &random)
        multipliers.addParts(of: instance, &random)
        multipliers.blocks = true
        let without = LagrangianBound(multipliers, of: instance, instance.options.objective).value
        for _ in 0..<(random.nextUnit() < 0.5 ? 1 : 4) {
          guard let cut = Certificate.Cut.random(for: instance, value: scale * optimum, &random) else {
            continue
          }
          var tried = multipliers
          tried.cuts.append(cut)
          let bound = LagrangianBound(tried, of: instance, instance.options.objective)
          if !bound.findings.isEmpty {
            counts.refused += 1
            continue
          }
          counts.accepted += 1
          multipliers = tried
          // NaN proves nothing, as a bound below 0 does.
          #expect(
            !(bound.value > optimum * (1 + 1e-9)),
            "\(name) seed \(seed): \(multipliers) prove \(bound.value), optimum \(optimum)")
          if bound.value > without + 1e-6 * optimum { counts.better += 1 }
        }
      }
    }
    return counts
  }

  /// Two jobs with two layers of 4 and 6 bytes, each in no time on the edge server and in a second on the camera.
  private func pair(_ memory: Double, weights: Bool = false, sharing: Bool = false) -> Instance {
    let nodes = [Node(id: "camera", compute: 1e6), Node(id: "edge", compute: 1e9, memory: memory)]
    let layers = [4.0, 6].map { size in
      Layer(
        name: "l", output: 0, memory: weights ? 0 : size, weights: weights ? size : 0,
        times: [MeasuredTime(node: 0, seconds: 1), MeasuredTime(node: 1, seconds: 0)])
    }
    let dnns = ["d", "e"].map { (name: Name) in DNN(name: name, input: 0, layers: layers) }
    return Instance(
      network: Network(
        nodes: nodes, links: [(0, 1), (1, 0)].map { Link(tail: $0, head: $1, bandwidth: 1e9) }),
      dnns: dnns,
      jobs: [0, 1].map { Job(id: ["j", "k"][$0], dnn: sharing ? 0 : $0, source: 0, target: 0) })
  }

  private func multipliers(_ cuts: Certificate.Cut...) -> Certificate.Multipliers {
    var multipliers = Certificate.Multipliers()
    multipliers.blocks = true
    multipliers.cuts = cuts
    return multipliers
  }

  private func cut(
    _ jobs: [(Name, ClosedRange<Int>, Double)], atMost: Int = 1, value: Double = 2, node: Name = "edge"
  ) -> Certificate.Cut {
    .init(
      node: node, jobs: jobs.map { .init(job: $0.0, layers: $0.1, memory: $0.2) }, atMost: atMost,
      value: value)
  }

  @Test func cutsProveWhatBlocksAloneDoNot() {
    let instance = pair(15)
    #expect(BruteForce(instance).optimum() == 1)
    #expect(LagrangianBound(multipliers(), of: instance, .total).value == 0)
    // Both whole would take 20; the first layer of one and all of the other 14.
    let whole = multipliers(cut([("j", 0...1, 10), ("k", 0...1, 10)], value: 1))
    let bound = LagrangianBound(whole, of: instance, .total)
    #expect(bound.findings == [] && agree(bound.value, 1), "\(bound.value)")
    // A single layer says the same with the memory of the whole.
    let anchored = multipliers(cut([("j", 1...1, 10), ("k", 0...0, 10)], value: 1))
    #expect(agree(LagrangianBound(anchored, of: instance, .total).value, 1))
  }

  /// A block that is as large as stated, up to rounding, counts or not: either is true, as long as what is forbidden does
  /// not fit.
  @Test func sizesAtTheLimitAreSafe() throws {
    // Two blocks of 10 just fit 20: no cut may forbid them.
    let full = pair(20)
    for memory in [10, 10 * (1 + 1e-15), 10 * (1 + 1e-9), 10 * (1 + 1e-6)] {
      let bound = LagrangianBound(
        multipliers(cut([("j", 0...1, memory), ("k", 0...1, memory)])), of: full, .total)
      #expect(bound.findings.contains { $0.contains("forbids 2 blocks") }, "\(memory): \(bound.findings)")
    }
    // Larger ones may not be there, and no block is as large: nothing is proved.
    let bound = LagrangianBound(
      multipliers(cut([("j", 0...1, 10.1), ("k", 0...1, 10.1)])), of: full, .total)
    #expect(bound.findings == [] && bound.value <= 0, "\(bound.value)")
  }

  @Test func weightsThatJobsShareCountOnce() {
    for (sharing, memory, isValid) in [
      (false, 19.0, true), (false, 21, false), (true, 19, false), (true, 9, true),
    ] {
      let instance = pair(memory, weights: true, sharing: sharing)
      let bound = LagrangianBound(
        multipliers(cut([("j", 0...1, 10), ("k", 0...1, 10)])), of: instance, .total)
      #expect(bound.findings.isEmpty == isValid, "\(sharing) \(memory): \(bound.findings)")
    }
    // Of the second job what it takes alone: its activations, of the layers that its block is sure to hold.
    var instance = pair(14, weights: true, sharing: true)
    for layer in 0..<2 { instance.dnns[0].layers[layer].activations = [3, 1][layer] }
    #expect(BruteForce(instance).optimum() == 1)
    for (layers, isValid) in [(0...1, true), (0...0, true), (1...1, false)] {
      let bound = LagrangianBound(
        multipliers(cut([("j", 0...1, 13), ("k", layers, 0)])), of: instance, .total)
      #expect(bound.findings.isEmpty == isValid, "\(layers): \(bound.findings)")
      #expect(!(bound.value > 1), "\(bound.value)")
    }
  }

  @Test func cutsOfWhatIsNotThereAreNamed() {
    let jobs: [(Name, ClosedRange<Int>, Double)] = [("j", 0...1, 10), ("k", 0...1, 10)]
    let cuts = [
      cut(jobs), cut(jobs, node: "nowhere"), cut(jobs, node: "camera"),
      cut([("nobody", 0...0, 10), jobs[0]]),
      cut([jobs[0], jobs[0]]), cut([jobs[0], ("k", 1...2, 10)]), cut([jobs[0], ("k", -1...0, 10)]),
      cut([jobs[0], ("k", 0...0, 4)]), cut(jobs, atMost: 0),
    ]
    var tried = multipliers()
    tried.cuts = cuts
    let findings = LagrangianBound(tried, of: pair(15), .total).findings
    for words in [
      "cut 1 of the certificate (counted from 0) names node \"nowhere\"",
      "node \"camera\", which has no limit",
      "cut 3 of the certificate (counted from 0) names job \"nobody\"", "names job \"j\" twice",
      "layers 1 to 2 of the 2 of job \"k\"", "layers -1 to 0 of",
      "cut 7 of the certificate (counted from 0) forbids 2",
      "cut 8 of the certificate (counted from 0) forbids 1",
    ] {
      #expect(findings.contains { $0.contains(words) }, "\(words): \(findings)")
    }
    #expect(findings.count == 8, "\(findings)")
    var open = multipliers(cut(jobs))
    open.blocks = false
    #expect(LagrangianBound(open, of: pair(15), .total).findings.contains { $0.contains("\"blocks\": true") })
  }
}

extension Certificate.Cut {
  /// A cut of some jobs' blocks, which may be none; `nil` if no node has a limit.
  static func random(for instance: Instance, value: Double, _ random: inout SplitMix64) -> Certificate.Cut? {
    let nodes = instance.network.nodes.filter { $0.memory != nil }
    guard let node = nodes.randomElement(using: &random), let memory = node.memory else { return nil }
    var members: [Certificate.CutJob] = []
    // Of blocks that take more than half of the memory one fits; and of those of all layers perhaps not all.
    let kind = random.nextUnit()
    let (isOfHalves, isOfAll) = (kind < 0.4, kind > 0.7)
    for (index, job) in instance.jobs.enumerated() where isOfHalves || isOfAll || random.nextUnit() < 0.85 {
      let layers = instance.dnn(ofJob: index).layers
      guard let first = isOfAll ? layers.indices.first : layers.indices.randomElement(using: &random) else {
        continue
      }
      let last =
        isOfAll ? layers.count - 1 : isOfHalves ? first : Int.random(in: first..<layers.count, using: &random)
      let held = layers[first...last].reduce(0) { $0 + $1.memory + $1.weights }
      let bytes = [0, held, held * (0.5 + random.nextUnit()), memory * random.nextUnit(), memory * 0.51]
      let least = isOfAll ? 0 : isOfHalves ? memory * 0.51 : bytes.randomElement(using: &random) ?? 0
      members.append(
        .init(job: job.id, layers: first...last, memory: least))
    }
    guard !members.isEmpty else { return nil }
    return Certificate.Cut(
      node: node.id, jobs: members,
      atMost: isOfHalves ? 1 : Int.random(in: 0..<max(1, members.count), using: &random),
      value: value)
  }
}
