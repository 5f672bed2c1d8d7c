import Foundations
import Networks
import Splitting
import SplittingGenerators
import Testing

/// Seeded instances: the same on every machine, readable, and refused where they cannot be made.
@Suite struct GeneratorTests {
  @Test(arguments: SeededFamily.all)
  func theSeedDecides(_ family: SeededFamily) throws {
    for seed in UInt64(0)..<8 {
      let instance = try family.make(seed, family.usual)
      #expect(try family.make(seed, family.usual) == instance, "seed \(seed)")
      #expect(try family.make(seed + 1, family.usual) != instance, "seed \(seed)")
    }
  }

  /// Another machine, or another version, must not make other instances.
  @Test(
    arguments: [
      ("chain", 0x47fa_b927_ae2c_78d5),
      ("two-tier", 0x0133_87dd_41f8_421a),
      ("geometric", 0xd6fe_8097_a058_2f1d),
      ("fat-tree", 0xfb27_b636_8de0_8cdf),
      ("nsfnet", 0x4438_51c8_1378_0e84),
      ("abilene", 0xa006_0609_b0ae_c969),
      ("geant", 0xd01b_8420_cd7e_0e31),
      ("us24", 0x571b_24c9_18a2_8568),
    ] as [(String, UInt64)])
  func bytesAreAsRecorded(_ name: String, _ hash: UInt64) throws {
    let family = try #require(SeededFamily.all.first { $0.name == name })
    var workload = family.usual
    workload.dnn = .random
    workload.rate = 1
    workload.backlog = 1
    workload.tightness = Tightness(memory: 0.5, computeLoad: 0.5, linkLoad: 0.2, deadline: 0.3)
    let text = try family.make(7, workload).json()
    #expect(fnv1a(text) == hash)
  }

  @Test(arguments: SeededFamily.all)
  func everyInstanceIsReadAsItWasWritten(_ family: SeededFamily) throws {
    for seed in UInt64(0)..<2 {
      for dnn in Architecture.allCases {
        var workload = family.usual
        workload.dnn = dnn
        workload.layers = dnn.hasFreeLayers ? 3 : nil
        workload.rate = 2
        workload.backlog = 2
        workload.tightness = Tightness(memory: 0.6, computeLoad: 0.6, linkLoad: 0.3, deadline: 0.5)
        workload.options = Options(waiting: .layer, objective: .max)
        let instance = try family.make(seed, workload)
        let read = try Instance.parse(Array(instance.json().utf8), format: .json, name: family.name)
        #expect(read == instance, "\(dnn), seed \(seed)")
      }
    }
  }

  @Test func whatCannotBeMadeIsRefusedWithItsRange() throws {
    func refuses(_ words: String, _ make: () throws -> Instance) {
      do {
        _ = try make()
        Issue.record("\(words): made")
      } catch {
        #expect("\(error)".contains(words), "\(error)")
      }
    }
    refuses("nodes is 0; it must be between 1 and") { try .chain(seed: 0, nodes: 0) }
    refuses("nodes is 1000000000000") { try .geometric(seed: 0, nodes: 1_000_000_000_000) }
    refuses("devices is -1") { try .twoTier(seed: 0, devices: -1) }
    refuses("edge servers is 0") { try .twoTier(seed: 0, edgeServers: 0) }
    refuses("arity is 3; it must be even") { try .fatTree(seed: 0, arity: 3) }
    refuses("arity is 0") { try .fatTree(seed: 0, arity: 0) }
    refuses("jobs is 0") { try .chain(seed: 0, workload: Workload(jobs: 0, dnn: .random)) }
    refuses("own number of layers") {
      try .chain(seed: 0, workload: Workload(jobs: 1, dnn: .vgg16, layers: 4))
    }
    for value in [-0.1, .leastNormalMagnitude / 16, .nan, .infinity, 11] {
      for path in [\Tightness.memory, \.computeLoad, \.linkLoad, \.deadline] {
        var workload = Workload(jobs: 1, dnn: .random, rate: 1)
        workload.tightness[keyPath: path] = value
        refuses("it must be 0 or between 0.001 and 10.0") { try .backbone(seed: 0, workload: workload) }
      }
    }
    let unloaded = Workload(jobs: 1, dnn: .random, tightness: Tightness(computeLoad: 0.5))
    refuses("without a rate") { try .backbone(seed: 0, workload: unloaded) }
  }

  /// Fowler, Noll and Vo's hash of the bytes.
  private func fnv1a(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
