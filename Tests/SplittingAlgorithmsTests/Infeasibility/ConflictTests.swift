import Foundations
import Networks
import Splitting
import TestSupport
import Testing

@testable import SplittingAlgorithms

/// Conflicts that are known by hand, with what each of their constraints would have to allow.
@Suite(.enabled(if: Backends.areThere, "needs a backend")) struct ConflictTests {
  private func expect(
    _ instance: Instance, _ expected: [(row: CouplingConstraint, enough: Double)], _ text: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    #expect(instance.simpleReason == nil, sourceLocation: sourceLocation)
    let found = try await FoundConflict(instance)
    #expect(found.conflict.isMinimal, sourceLocation: sourceLocation)
    #expect(found.conflict.rows == expected.map(\.row), sourceLocation: sourceLocation)
    for (shortfall, expected) in zip(found.shortfalls, expected) {
      #expect(shortfall.isLeast && shortfall.row == expected.row, sourceLocation: sourceLocation)
      #expect(
        abs(shortfall.enough - expected.enough) <= 3e-6 * expected.enough,
        "\(shortfall)", sourceLocation: sourceLocation)
    }
    #expect(found.text == text, sourceLocation: sourceLocation)
  }

  @Test func memoryAndDeadline() async throws {
    // The edge holds one of two layers; with the backbone there it takes 78.8 ms.
    try await expect(
      .camera(edgeMemory: 60e6, jobs: [.detect(deadline: 0.06)]),
      [(.memory(1), 75e6), (.deadline(0), 0.0788)],
      "memory and deadline: these cannot all hold, though they could without any one of them: memory of node \"edge\" "
        + "(60 MB; 75 MB would do); deadline of job \"detect\" (60 ms; 78.8 ms would do)")
  }

  @Test func partsOfMemoryAndDeadline() async throws {
    var instance = Instance.camera(edgeMemory: 60e6, jobs: [.detect(deadline: 0.06)])
    for layer in 0..<2 {
      instance.dnns[0].layers[layer].weights = instance.dnns[0].layers[layer].memory
      instance.dnns[0].layers[layer].memory = 0
      instance.dnns[0].layers[layer].activations = 4e6
    }
    try await expect(
      instance, [(.memory(1), 79e6), (.deadline(0), 0.0788)],
      "memory and deadline: these cannot all hold, though they could without any one of them: memory of node \"edge\" "
        + "(60 MB; weights 75 MB, activations 4 MB: 79 MB would do); deadline of job \"detect\" (60 ms; 78.8 ms would "
        + "do)")
  }

  @Test func memoryOfTwoNodes() async throws {
    // Backbones take 45 MB, heads 30 MB: 150 MB of 160 MB, but no two sums that fit are 150 MB together.
    try await expect(
      .camera(edgeMemory: 88e6, cameraMemory: 70e6, jobs: [.detect("a"), .detect("b")]),
      [(.memory(0), 75e6), (.memory(1), 90e6)],
      "memory: these cannot all hold, though they could without any one of them: memory of nodes \"camera\" (70 MB; "
        + "75 MB would do), \"edge\" (88 MB; 90 MB would do)")
  }

  @Test func memoryOfOneNodeForLayersOfTwoJobs() async throws {
    // Each deadline needs both layers of its job on the edge; the other way is its head on the camera.
    try await expect(
      .camera(
        edgeMemory: 130e6, jobs: [.detect("a", deadline: 0.05), .detect("b", deadline: 0.05), .detect("c")]),
      [(.memory(1), 150e6), (.deadline(0), 0.0788), (.deadline(1), 0.0788)],
      "memory and deadline: these cannot all hold, though they could without any one of them: memory of node \"edge\" "
        + "(130 MB; 150 MB would do); deadline of jobs \"a\" (50 ms; 78.8 ms would do), \"b\" (50 ms; 78.8 ms would do)"
    )
  }

  @Test func computeLoadOfANodeThatTwoJobsShare() async throws {
    // A job is 0.72 s of work a second on the edge, where its deadline sends it.
    let jobs = [Job.detect("a", deadline: 0.05, rate: 24), .detect("b", deadline: 0.05, rate: 24)]
    var instance = Instance.camera(jobs: jobs)
    instance.dnns[0].layers[0].times = [MeasuredTime(node: 0, seconds: 0.04)]
    instance.dnns[0].layers[1].work = 0
    // On the camera 40 ms; on the edge 30 ms and 16.9 ms to go there and come back, and 0.16 ms less without the head.
    instance.jobs[0].deadline = 0.039
    instance.jobs[1].deadline = 0.039
    instance.network.links[0].latency = 0
    instance.network.links[1].latency = 0
    instance.network.links[0].bandwidth = 1e9
    instance.network.links[1].bandwidth = 1e9
    try await expect(
      instance, [(.computeLoad(1), 1.44), (.deadline(0), 0.04), (.deadline(1), 0.04)],
      "compute load and deadline: these cannot all hold, though they could without any one of them: compute load of node "
        + "\"edge\" (1 s of work a second; 1.44 s of work a second would do); deadline of jobs \"a\" (39 ms; 40 ms would "
        + "do), \"b\" (39 ms; 40 ms would do)")
  }

  @Test func linkLoadAndDeadlines() async throws {
    // 60 Mbit/s of each job over a link of 100 Mbit/s; round by the relay it takes 12 ms of transfer more, and 2 ms.
    var instance = Instance.camera(
      jobs: [
        .detect("a", deadline: 0.02, rate: 50, hosts: [1]),
        .detect("b", deadline: 0.02, rate: 50, hosts: [1]),
      ])
    instance.network.nodes[1].compute = 2e12
    instance.network.nodes.append(Node(id: "relay"))
    for (tail, head) in [(0, 2), (2, 1)] {
      instance.network.links.append(Link(tail: tail, head: head, bandwidth: 100e6, latency: 2e-3))
    }
    // 3.075 ms of computing, 12.16 ms of transfer, 2 ms of propagation; by the relay 24.16 ms and 5 ms.
    try await expect(
      instance, [(.linkLoad(0), 120e6), (.deadline(0), 0.032_235), (.deadline(1), 0.032_235)],
      "link load and deadline: these cannot all hold, though they could without any one of them: link load of link "
        + "\"camera\" -> \"edge\" (100 Mbit/s; 120 Mbit/s would do); deadline of jobs \"a\" (20 ms; 32.24 ms would do), "
        + "\"b\" (20 ms; 32.24 ms would do)")
  }

  /// Backbone and head as hosts demand, and a third layer: contiguous, it has to stay with the head.
  private func threeLayers(_ last: [Int], edgeMemory: Double) -> Instance {
    var instance = Instance.camera(edgeMemory: edgeMemory, jobs: [.detect(), .detect("idle")])
    instance.dnns[0].layers.append(instance.dnns[0].layers[1])
    instance.dnns[0].layers[2].name = Name("last")
    for job in 0..<2 { instance.jobs[job].isContiguous = true }
    instance.jobs[0].hosts = [
      HostRule(layer: 0, nodes: [0]), HostRule(layer: 1, nodes: [1]), HostRule(layer: 2, nodes: last),
    ]
    return instance
  }

  @Test func oneRunOfLayersANode() async throws {
    let found = try await FoundConflict(threeLayers([0], edgeMemory: 500e6))
    #expect(found.conflict.contiguous == [0] && found.conflict.rows.isEmpty && found.conflict.isMinimal)
    #expect(found.text == "contiguous: this cannot hold: one run of layers a node for job \"detect\"")
  }

  @Test func oneRunOfLayersANodeAndMemory() async throws {
    let instance = threeLayers([0, 1], edgeMemory: 50e6)
    let found = try await FoundConflict(instance)
    #expect(found.conflict.contiguous == [0] && found.conflict.rows == [.memory(1)])
    #expect(found.conflict.isMinimal)
    #expect(
      found.text
        == "contiguous and memory: these cannot all hold, though they could without any one of them: one run of layers a "
        + "node for job \"detect\"; memory of node \"edge\" (50 MB; 60 MB would do)")
  }

  @Test func theWeightsAndTheObjectiveDoNotMatter() async throws {
    var instance = Instance.camera(edgeMemory: 60e6, jobs: [.detect(deadline: 0.06), .detect("idle")])
    instance.jobs[0].weight = 0
    instance.options.objective = .max
    let found = try await FoundConflict(instance)
    #expect(found.conflict.rows == [.memory(1), .deadline(0)] && found.conflict.isMinimal)
    #expect(found.shortfalls.allSatisfy { $0.isLeast })
  }

  @Test func fewAmongManyAreFound() async throws {
    // Forty boxes that could break their memory and their load, of which only the first concerns the deadline.
    var instance = Instance.camera(edgeMemory: 60e6, jobs: [.detect(deadline: 0.06, rate: 1)])
    for index in 0..<40 {
      instance.network.nodes.append(Node(id: Name("box \(index)"), compute: 0.1e9, memory: 60e6))
      for (tail, head) in [(0, index + 2), (index + 2, 0)] {
        instance.network.links.append(Link(tail: tail, head: head, bandwidth: 2e6, latency: 0.05))
      }
    }
    let found = try await FoundConflict(instance)
    #expect(found.conflict.rows == [.memory(1), .deadline(0)] && found.conflict.isMinimal, "\(found.text)")
  }

  @Test func withoutTimeNothingIsClaimed() async throws {
    let instance = Instance.camera(edgeMemory: 60e6, jobs: [.detect(deadline: 0.06)])
    let found = try await FoundConflict(instance, seconds: 0)
    #expect(!found.conflict.isMinimal && found.shortfalls.isEmpty)
    #expect(
      found.text
        == "memory and deadline: these cannot all hold: memory of node \"edge\" (60 MB); deadline of job \"detect\" (60 ms) "
        + "(time ran out before it was known whether all of these are needed)")
  }

  @Test func aCancelledSearchEnds() async throws {
    let instance = Instance.camera(edgeMemory: 60e6, jobs: [.detect(deadline: 0.06)])
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await FoundConflict(instance)
    }
    let found = try await task.value
    #expect(!found.conflict.isMinimal)
  }
}
