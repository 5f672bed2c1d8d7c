import Networks
import Splitting
import TestSupport
import Testing

@testable import SplittingAlgorithms

/// Reasons that need no solver, each on an instance that has that fault and no other.
@Suite struct SimpleReasonTests {
  // MARK: One job

  @Test func aLayerWithoutAHost() {
    var instance = Instance.camera(jobs: [.detect(hosts: [1])])
    instance.network.nodes[1].compute = 0
    #expect(
      instance.simpleReason
        == "host: layer \"backbone\" of job \"detect\" has no host: none of the allowed nodes (\"edge\") can compute it"
    )
  }

  @Test func noRouteToAHost() {
    var instance = Instance.camera(jobs: [.detect(hosts: [1])])
    instance.network.links.removeAll { $0.head == 1 }
    #expect(
      instance.simpleReason
        == "route: job \"detect\" has no route from its source \"camera\" to a host of layer \"backbone\"")
  }

  @Test func noRouteToTheTarget() {
    var instance = Instance.camera(jobs: [.detect(hosts: [1])])
    instance.network.links.removeAll { $0.head == 0 }
    #expect(
      instance.simpleReason
        == "route: job \"detect\" has no route from any host that its last layer \"head\" can have to its target \"camera\""
    )
  }

  @Test func aLayerTooLargeForEveryHost() {
    var instance = Instance.camera(edgeMemory: 40e6, cameraMemory: 32e6, jobs: [.detect()])
    #expect(
      instance.simpleReason
        == "memory: layer \"backbone\" of job \"detect\" needs 45 MB, and no node that may host it has more than 40 MB"
    )
    instance.dnns[0].layers[0].memory = 392 * 0x1p20
    instance.network.nodes[1].memory = 256 * 0x1p20
    #expect(
      instance.simpleReason?.hasSuffix("needs 392 MiB, and no node that may host it has more than 256 MiB")
        == true)
  }

  @Test func hostsWithMemoryThatNoRouteJoins() {
    // The backbone fits the edge alone, the head the camera alone, and nothing leads back.
    var instance = Instance.camera(edgeMemory: 50e6, jobs: [.detect()])
    instance.network.nodes[0].memory = 40e6
    instance.dnns[0].layers[1].memory = 60e6
    instance.network.nodes.append(Node(id: "cloud", compute: 1e12, memory: 80e6))
    instance.dnns[0].layers[0].memory = 45e6
    instance.jobs[0].hosts = [HostRule(layer: 0, nodes: [0, 1])]
    #expect(
      instance.simpleReason
        == "route: job \"detect\" has no route from where layer \"backbone\" can run to a host of layer \"head\" with 60 MB of memory; "
        + "it would have one but for memory: layer \"head\" needs 60 MB, and node \"edge\" has 50 MB"
    )
  }

  /// The camera is too small for the backbone, and no link leads back from the edge.
  @Test func aMissingLinkBackIsARouteThatIsMissing() {
    var instance = Instance.camera(cameraMemory: 10e6, jobs: [.detect()])
    instance.network.links.removeAll { $0.head == 0 }
    #expect(
      instance.simpleReason
        == "route: job \"detect\" has no route from any host that its last layer \"head\" can have to its target \"camera\"; "
        + "it would have one but for memory: layer \"backbone\" needs 45 MB, and node \"camera\" has 10 MB")
  }

  @Test func aLayerTooSlowOnItsFastestHost() {
    let instance = Instance.camera(jobs: [.detect(rate: 50)])
    #expect(
      instance.simpleReason
        == "compute load: layer \"backbone\" of job \"detect\" takes 30 ms on its fastest host \"edge\", which at 50 "
        + "inferences a second is 1.5 s of work a second")
  }

  @Test func aTensorTooLargeForEveryLink() {
    // 150 kB 100 times a second are 120 Mbit/s.
    var instance = Instance.camera(jobs: [.detect(rate: 100, hosts: [1])])
    instance.network.nodes[1].compute = 2e12
    #expect(
      instance.simpleReason
        == "link load: job \"detect\" has no route from its source \"camera\" to a host of layer \"backbone\" over links "
        + "that can carry its tensor of 120 Mbit/s (at 100 inferences a second); no link has more than 100 Mbit/s"
    )
  }

  @Test func aDeadlineThatDistanceAloneBreaks() {
    // 30 ms + 0.75 ms + 2 ms + 12.16 ms on the edge.
    let instance = Instance.camera(jobs: [.detect(deadline: 0.04)])
    #expect(
      instance.simpleReason
        == "deadline: job \"detect\" must be done in 40 ms, but 44.91 ms is the fastest possible")
  }

  @Test func aDeadlineThatNeverLooksMet() {
    let instance = Instance.camera(jobs: [.detect(deadline: 0.044_909)])
    #expect(instance.simpleReason?.contains("done in 44.909 ms, but 44.91 ms is") == true)
  }

  @Test func aDeadlineThatAnotherConstraintBreaks() {
    let instance = Instance.camera(edgeMemory: 30e6, jobs: [.detect(deadline: 0.5)])
    #expect(
      instance.simpleReason
        == "deadline: job \"detect\" must be done in 500 ms, but 1.208 s is the fastest possible; it would be 44.91 ms but "
        + "for memory: layer \"backbone\" needs 45 MB, and node \"edge\" has 30 MB")
    var loaded = Instance.camera(jobs: [.detect(deadline: 0.5, rate: 0.5)])
    loaded.network.nodes[0].compute = 5e9
    loaded.dnns[0].layers[0].times = [
      MeasuredTime(node: 1, seconds: 2.5), MeasuredTime(node: 0, seconds: 1.9),
    ]
    loaded.jobs[0].deadline = 1
    #expect(loaded.simpleReason?.hasPrefix("deadline: ") == true)
    #expect(loaded.simpleReason?.contains(" but for ") == false, "the slow node would be no faster")
  }

  @Test func aMissingHostComesBeforeTheDeadlinesOfOtherJobs() {
    let late = Job.detect("late", deadline: 0.04)
    var instance = Instance.camera(jobs: [late, .detect("lost", hosts: [2])])
    instance.network.nodes.append(Node(id: "relay"))
    #expect(instance.simpleReason?.hasPrefix("host: layer \"backbone\" of job \"lost\" has no host") == true)
    instance.network.nodes[2].compute = 1e9
    #expect(instance.simpleReason?.hasPrefix("route: job \"lost\" has no route") == true)
    instance.jobs[1] = .detect("large", rate: 50)
    instance.jobs[0].rate = 0
    #expect(instance.simpleReason?.hasPrefix("compute load: layer \"backbone\" of job \"large\"") == true)
    instance.jobs[1].rate = 0
    #expect(instance.simpleReason?.hasPrefix("deadline: job \"late\"") == true)
  }

  // MARK: All jobs

  @Test func memoryThatIsShortAltogether() {
    let instance = Instance.camera(edgeMemory: 60e6, cameraMemory: 60e6, jobs: [.detect("a"), .detect("b")])
    #expect(
      instance.simpleReason
        == "memory: 150 MB are needed for 4 layers of jobs \"a\", \"b\", but there are 120 MB on the 2 nodes that can host "
        + "them (\"camera\", \"edge\"): 30 MB short")
  }

  @Test func memoryOfTheOnlyHostsOfSomeLayers() {
    let instance = Instance.camera(
      edgeMemory: 100e6, jobs: [.detect("a", hosts: [1]), .detect("b", hosts: [1]), .detect("c")])
    #expect(
      instance.simpleReason
        == "memory: 150 MB are needed for 4 layers of jobs \"a\", \"b\", but there are 100 MB on the only node that can host "
        + "them (\"edge\"): 50 MB short")
  }

  @Test func computeRateThatIsShortAltogether() {
    // 6.15 GFLOP 20 times a second for each of two jobs: 246 GFLOP/s of 205.
    let instance = Instance.camera(jobs: [.detect("a", rate: 20), .detect("b", rate: 20)])
    // The backbone alone is too much for the camera, so that the edge has to take both.
    #expect(
      instance.simpleReason
        == "compute load: at least 240 GFLOP/s are needed for 2 layers of jobs \"a\", \"b\" at the rates of their jobs, but "
        + "there are 200 GFLOP/s on the only node that can host them (\"edge\"): 40 GFLOP/s short")
  }

  @Test func timesThatWereMeasuredAddUpToo() {
    var instance = Instance.camera(jobs: [.detect("a", rate: 4), .detect("b", rate: 4)])
    instance.network.nodes[0].compute = 0
    instance.network.nodes[1].compute = 0
    instance.dnns[0].layers[0].times = [MeasuredTime(node: 1, seconds: 0.15)]
    instance.dnns[0].layers[1].times = [MeasuredTime(node: 1, seconds: 0.01)]
    #expect(
      instance.simpleReason
        == "compute load: at least 1.28 s of work a second are needed for 4 layers of jobs \"a\", \"b\" at the rates of their "
        + "jobs, but there are 1 s of work a second on the only node that can host them (\"edge\"): 0.28 s of work a second "
        + "short")
  }

  @Test func linksOutOfASource() {
    // 150 kB 50 times a second are 60 Mbit/s, twice.
    var instance = Instance.camera(jobs: [
      .detect("a", rate: 50, hosts: [1]), .detect("b", rate: 50, hosts: [1]),
    ])
    instance.network.nodes[1].compute = 2e12
    #expect(
      instance.simpleReason
        == "link load: at least 120 Mbit/s of jobs \"a\", \"b\" must leave node \"camera\", but its links out of it have "
        + "100 Mbit/s together")
  }

  @Test func linksIntoATarget() {
    var instance = Instance.camera(jobs: [
      .detect("a", rate: 50, hosts: [1]), .detect("b", rate: 50, hosts: [1]),
    ])
    instance.network.nodes[1].compute = 2e12
    instance.network.links[0].bandwidth = 1e9
    instance.network.links[1].bandwidth = 1e6
    #expect(
      instance.simpleReason
        == "link load: at least 1.6 Mbit/s of jobs \"a\", \"b\" must reach node \"camera\", but its links into it have "
        + "1 Mbit/s together")
  }

  // MARK: None

  @Test(arguments: Coupling.allCases)
  func noReasonIsGivenWhereThereIsAPlan(_ coupling: Coupling) {
    var reasons = 0
    for seed in UInt64(0)..<150 {
      let instance = Instance.random(seed: seed, coupling)
      guard let reason = instance.simpleReason else { continue }
      reasons += 1
      let optimum = BruteForce(instance).optimum()
      #expect(optimum == nil, "\(coupling) seed \(seed): there is a plan of \(optimum ?? 0) s, yet \(reason)")
    }
    #expect(reasons > 0 || coupling == .none)
  }
}
