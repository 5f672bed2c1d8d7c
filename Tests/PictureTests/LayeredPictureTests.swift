import Charts
import Foundations
import Graphs
import LinearModels
import Networks
import Splitting
import SplittingChecking
import TestSupport
import Testing

@testable import Pictures

/// Pictures of layered graphs show a copy of the network for each stage, and the path with its costs.
@Suite struct LayeredPictureTests {
  private func svg(_ instance: Instance, job: Int = 0, _ path: LayeredPath?) -> String {
    LayeredPicture(instance, job: job, path: path, title: "<title>", captions: ["a caption"]).svg
  }

  private func content(_ svg: String) throws -> XMLContent { try #require(XMLContent(svg), "\(svg)") }

  private func count(_ name: String, _ mark: String, in content: XMLContent) -> Int {
    content[name].count { $0.attributes["class"] == mark }
  }

  /// The titles of the path's arcs, in the order of drawing.
  private func arcs(in content: XMLContent) -> [String] {
    content["line"].filter { $0.attributes["class"] == "path" }.map(\.text)
  }

  private func shortestPath(_ instance: Instance, job: Int) -> LayeredShortestPath {
    LayeredShortestPath(
      in: instance.layeredGraph(ofJob: job, NetworkGraph(instance.network), instance.limits.capacities))
  }

  /// A chain of nodes that all compute, and one job on a DNN of that many layers from the first to the last.
  private func chain(nodes: Int, layers: Int) -> Instance {
    let links = (1..<nodes).flatMap {
      [Link(tail: $0 - 1, head: $0, bandwidth: 8e6), Link(tail: $0, head: $0 - 1, bandwidth: 8e6)]
    }
    return Instance(
      network: Network(nodes: (0..<nodes).map { Node(id: Name("n\($0)"), compute: 1e9) }, links: links),
      dnns: [
        DNN(
          name: "d", input: 1e3,
          layers: (0..<layers).map { Layer(name: Name("l\($0)"), work: 1e6, output: 1e3) })
      ],
      jobs: [Job(id: "job", dnn: 0, source: 0, target: nodes - 1)])
  }

  @Test func copiesAndThePathAreDrawn() throws {
    let instance = Instance.contractExample()
    let path = JobPlan(hosts: [0, 1], routes: [[0], [0, 2, 1], [1, 2, 0]])
    let content = try content(svg(instance, path))
    #expect(count("g", "copy", in: content) == 3 && count("g", "step", in: content) == 2)
    let arcs = arcs(in: content)
    #expect(
      Set(arcs) == [
        "conv1 on camera: 42 ms", "stage 1, 200 kB: camera to switch, 2.6 ms",
        "stage 1, 200 kB: switch to edge, 2.2 ms", "fc on edge: 4.096 us and 2 ms of waiting",
        "stage 2, 4 kB: edge to switch, 632 us", "stage 2, 4 kB: switch to camera, 1.032 ms",
      ])
    #expect(arcs.count == 6)
    let shown = content.texts("text")
    for text in [
      "<title>", "a caption", "stage 0 (input): 602.1 kB", "stage 1: 200 kB", "stage 2 (result): 4 kB",
      "conv1", "on camera", "fc", "on edge", "A", "B", "source", "target", "switch", "42 ms", "2.6 ms",
    ] {
      #expect(shown.contains(text), "\(text): \(shown)")
    }
  }

  /// Together the costs that are shown are the latency that the evaluator finds.
  @Test func shownCostsAddUpToTheLatency() {
    var checked = 0
    for family in AdversarialFamily.allCases {
      for seed in UInt64(0)..<20 {
        var instance = Instance.adversarial(family, seed: seed)
        for policy in [WaitingPolicy.visit, .layer] {
          instance.options.waiting = policy
          for job in instance.jobs.indices {
            guard let path = shortestPath(instance, job: job).plan else { continue }
            var alone = instance
            alone.jobs = [instance.jobs[job]]
            let latency = Evaluator(alone).evaluate(Plan(jobs: [path])).jobs[0].latency
            let scene = LayeredScene(instance, job: job, path: path)
            let sum =
              scene.copies.flatMap(\.hopCosts).reduce(0, +)
              + scene.steps.reduce(0) { $0 + $1.compute + $1.waiting }
            #expect(abs(sum - latency) <= 1e-9 * latency, "\(family) seed \(seed), job \(job)")
            checked += 1
          }
        }
      }
    }
    #expect(checked > 100)
  }

  @Test func everyInstanceIsDrawnTheSameEachTime() throws {
    for family in AdversarialFamily.allCases {
      for seed in UInt64(0)..<3 {
        let instance = Instance.adversarial(family, seed: seed)
        let context = "\(family) seed \(seed)"
        for path in [nil, shortestPath(instance, job: 0).plan] {
          let picture = svg(instance, path)
          #expect(XMLContent(picture) != nil, "\(context)")
          #expect(!picture.contains("nan") && !picture.contains("inf"), "\(context)")
          #expect(svg(instance, path) == picture, "\(context): another time it looks different")
        }
      }
    }
  }

  @Test func namesThatXMLCannotHoldAreDrawn() throws {
    var instance = chain(nodes: 2, layers: 1)
    instance.network.nodes[0].id = "<a & 'b'>"
    instance.network.nodes[1].id = "\u{1}\u{0}\u{FFFE}"
    instance.dnns[0].layers[0].name = "\"]]>"
    let shown = try content(svg(instance, JobPlan(hosts: [0], routes: [[0], [0, 1]]))).texts("text")
    #expect(shown.contains("<a & 'b'>") && shown.contains("on <a & 'b'>"), "\(shown)")
    #expect(shown.contains("\"]]>"), "\(shown)")
  }

  @Test func aJobWithoutLayersHasOneCopy() throws {
    let content = try content(svg(chain(nodes: 3, layers: 0), JobPlan(hosts: [], routes: [[0, 1, 2]])))
    #expect(count("g", "copy", in: content) == 1 && count("g", "step", in: content) == 0)
    #expect(
      arcs(in: content) == ["stage 0, 1 kB: n0 to n1, 1 ms", "stage 0, 1 kB: n1 to n2, 1 ms"])
    let shown = content.texts("text")
    #expect(shown.contains("source") && shown.contains("target"), "\(shown)")
  }

  /// A host that the path comes back to keeps its letter.
  @Test func aPathMayVisitANodeTwice() throws {
    let instance = chain(nodes: 2, layers: 3)
    let path = JobPlan(hosts: [0, 1, 0], routes: [[0], [0, 1], [1, 0], [0, 1]])
    #expect(LayeredScene(instance, job: 0, path: path).hosts == [0, 1])
    let content = try content(svg(instance, path))
    #expect(count("g", "copy", in: content) == 4 && arcs(in: content).count == 6)
    // In the chain on the left and in the copies above and below each arc that computes.
    let letters = content.texts("text").filter { $0 == "A" }
    #expect(letters.count == 2 + 4)
  }

  @Test func layersInARowOnOneNodeAreOneStep() throws {
    let instance = chain(nodes: 3, layers: 21)
    let hosts = [Int](repeating: 0, count: 17) + [1, 1, 1, 2]
    let routes = [[Int]](repeating: [0], count: 17) + [[0, 1], [1], [1], [1, 2], [2]]
    let content = try content(svg(instance, JobPlan(hosts: hosts, routes: routes)))
    #expect(count("g", "copy", in: content) == 4 && count("g", "step", in: content) == 3)
    let shown = content.texts("text")
    for text in [
      "4 of 22 copies are drawn; layers in a row on one node are one step", "l0 … l16 (17)", "l17 … l19 (3)",
      "l20", "stage 17: 1 kB", "17 ms",
    ] {
      #expect(shown.contains(text), "\(text): \(shown)")
    }
  }

  @Test func withoutAPathTheGraphIsDrawn() throws {
    var instance = chain(nodes: 3, layers: 2)
    instance.network.nodes[1].compute = 0
    let content = try content(svg(instance, nil))
    #expect(count("g", "copy", in: content) == 3 && arcs(in: content).isEmpty)
    // Two links in each copy, and in each step an arc at each of the nodes that compute.
    #expect(content["line"].count { $0.attributes["stroke"] == Palette.link } == 3 * 2 + 2 * 2 + 2)
  }

  /// What exceeds a limit by itself is not in the graph.
  @Test func arcsThatTheGraphLacksAreLeftOut() {
    var instance = chain(nodes: 3, layers: 2)
    instance.jobs[0].rate = 100
    instance.network.links[0].bandwidth = 1e3
    instance.network.nodes[1].memory = 10
    instance.dnns[0].layers[1].memory = 20
    let scene = LayeredScene(instance, job: 0, path: nil)
    #expect(scene.copies.allSatisfy { $0.links == [1, 2, 3] })
    #expect(scene.steps.map(\.candidates) == [[0, 1, 2], [0, 2]])
  }

  /// Arcs that compute are vertical; nodes below each other would hide them.
  @Test func nodesInAColumnAreMovedApart() {
    var network = chain(nodes: 6, layers: 1).network
    // The sheets lean to the right, so that these nodes would be below each other.
    for node in network.nodes.indices {
      network.nodes[node].position = Position(x: Double(node % 2), y: 0)
    }
    let layout = LayeredLayout(network)
    let columns = network.nodes.indices.map { layout.place($0, copy: 0).x }.sorted()
    for (left, right) in zip(columns, columns.dropFirst()) {
      #expect(right - left >= 2 * layout.radius, "\(columns)")
    }
    #expect(layout.place(0, copy: 1).x == layout.place(0, copy: 0).x)
  }
}
