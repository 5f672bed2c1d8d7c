import Charts
import Foundations
import Networks
import Splitting
import TestSupport
import Testing

@testable import Pictures

/// Pictures are well-formed, show everything, and look the same each time.
@Suite struct PictureTests {
  private func svg(_ instance: Instance, _ plan: Plan?) -> String {
    let captions = instance.jobs.map { "latency of \($0.id)" }
    let jobs = Array(instance.jobs.indices)
    return PlanPicture(instance, plan, jobs: jobs, title: "<\"title\" & more>", captions: captions).svg
  }

  /// The texts of all elements of a name; `nil` where the picture is no XML.
  private func texts(_ name: String, in svg: String) -> [String]? { XMLContent(svg)?.texts(name) }

  @Test func everyInstanceIsDrawn() throws {
    for family in AdversarialFamily.allCases {
      for seed in UInt64(0)..<30 {
        let instance = Instance.adversarial(family, seed: seed)
        let context = "\(family) seed \(seed)"
        let plan = Plan(
          jobs: instance.jobs.map { job in
            JobPlan(
              hosts: Array(repeating: job.source, count: instance.dnns[job.dnn].layers.count),
              routes: Array(repeating: [job.source], count: instance.dnns[job.dnn].layers.count + 1))
          })
        for plan in [nil, plan] {
          let picture = svg(instance, plan)
          let titles = try #require(texts("title", in: picture), "\(context)")
          #expect(titles.contains { $0.hasPrefix("\(instance.network.nodes[0].id): ") }, "\(context)")
          #expect(!picture.contains("nan") && !picture.contains("inf"), "\(context)")
          #expect(svg(instance, plan) == picture, "\(context): another time it looks different")
        }
      }
    }
  }

  @Test func namesThatXMLCannotHoldAreDrawn() throws {
    let names: [Name] = ["<a & 'b'>", "\"]]>", "\u{1}\u{0}\u{7F}", "\u{FFFE}\u{202E}", "\u{1F600}", "\\n"]
    let instance = Instance(
      network: Network(nodes: names.map { Node(id: $0, compute: 1) }, links: []),
      dnns: [DNN(name: "d", input: 1, layers: names.map { Layer(name: $0, output: 1) })],
      jobs: names.indices.map { Job(id: names[$0], dnn: 0, source: $0, target: $0) })
    let plan = Plan(
      jobs: names.indices.map {
        JobPlan(
          hosts: Array(repeating: $0, count: names.count),
          routes: Array(repeating: [$0], count: names.count + 1))
      })
    let shown = try #require(texts("text", in: svg(instance, plan)))
    #expect(shown.contains("<a & 'b'>") && shown.contains("A  <a & 'b'>"), "\(shown)")
    #expect(GraphvizText(instance, plan, jobs: []).text.contains(#"label="\"]]>""#))
  }

  @Test func hostsRoutesAndSizesAreShown() throws {
    let instance = Instance.contractExample()
    let plan = Plan(jobs: [JobPlan(hosts: [0, 1], routes: [[0], [0, 2, 1], [1, 2, 0]])])
    let picture = svg(instance, plan)
    let shown = try #require(texts("text", in: picture))
    for text in ["camera", "edge", "switch", "A  camera", "B  edge", "200 kB", "4 kB", "conv1", "detect"] {
      #expect(shown.contains(text), "\(text): \(shown)")
    }
    let titles = try #require(texts("title", in: picture))
    for title in [
      "camera: 5 GFLOP/s, memory 536.9 MB", "conv1 on camera", "tensor 1: 200 kB, camera > switch > edge",
      "tensor 0: 602.1 kB, stays on camera", "detect: tensor 2, 4 kB",
    ] {
      #expect(titles.contains(title), "\(title): \(titles)")
    }
    let dot = GraphvizText(instance, plan, jobs: [0]).text
    #expect(dot.contains(#"n0 [label="A  camera", shape=box"#), "\(dot)")
    #expect(dot.contains("n0 -> n2 [dir=none"), "\(dot)")
    #expect(dot.contains(#"n1 -> n2 [color="#), "\(dot)")
  }

  @Test func memoryBandwidthsAndNodesThatAreNoRelaysAreShown() throws {
    var instance = Instance.contractExample()
    let plan = Plan(jobs: [.contractExample])
    #expect(!svg(instance, plan).contains("dashed: no relay"))
    #expect(!GraphvizText(instance, plan, jobs: [0]).text.contains("dashed"))
    instance.network.nodes[0].memoryBandwidth = 50e9
    for node in [0, 1] { instance.network.nodes[node].isRelay = false }
    let picture = svg(instance, plan)
    let titles = try #require(texts("title", in: picture))
    #expect(
      titles.contains("camera: 5 GFLOP/s, memory 536.9 MB, memory bandwidth 50 GB/s, no relay"), "\(titles)")
    let shown = try #require(texts("text", in: picture))
    #expect(shown.contains("dashed: no relay"), "\(shown)")
    // The two hosts, and the sample of the legend.
    let dashed = try #require(XMLContent(picture))["rect"].count { $0.attributes["stroke-dasharray"] != nil }
    #expect(dashed == 3)
    let dot = GraphvizText(instance, plan, jobs: [0]).text
    #expect(dot.split(separator: "\n").count { $0.contains(#"style="filled,dashed""#) } == 2, "\(dot)")
    let layered = LayeredPicture(instance, job: 0, path: plan.jobs[0], title: "graph", captions: []).svg
    let rims = try #require(XMLContent(layered))["rect"].count { $0.attributes["stroke-dasharray"] != nil }
    // Two hosts in each of three copies, and the sample of the legend.
    #expect(rims == 7)
  }

  @Test func aNodeThatNeitherComputesNorForwardsIsNotSaidToForward() throws {
    var instance = Instance.contractExample()
    let plan = Plan(jobs: [.contractExample])
    #expect(try #require(texts("text", in: svg(instance, plan))).contains("forwards only"))
    instance.network.nodes[2].isRelay = false
    #expect(try !#require(texts("text", in: svg(instance, plan))).contains("forwards only"))
  }

  @Test func positionsAreKept() throws {
    var instance = Instance.contractExample()
    let places = [Position(x: 0, y: 0), Position(x: 10, y: 0), Position(x: 10, y: 5)]
    for (index, place) in places.enumerated() { instance.network.nodes[index].position = place }
    let map = NetworkMap(instance, nil, jobs: [0], width: 1000)
    let drawn = map.positions
    #expect(drawn[0].x < drawn[1].x && drawn[0].y == drawn[1].y)
    // North is up, and a unit is as long in both directions.
    #expect(abs(drawn[1].y - drawn[2].y - 0.5 * (drawn[1].x - drawn[0].x)) < 1e-9)
    #expect(drawn[2].y < drawn[1].y)
  }

  @Test(arguments: [0, 1e-300, 1, 1e300, Double.greatestFiniteMagnitude])
  func positionsOfAnySizeAreDrawn(_ size: Double) throws {
    var instance = Instance.contractExample()
    for index in instance.network.nodes.indices {
      instance.network.nodes[index].position = Position(x: size * Double(index - 1), y: -size)
    }
    let picture = svg(instance, nil)
    #expect(texts("text", in: picture) != nil)
    #expect(!picture.contains("nan") && !picture.contains("inf"), "\(picture)")
  }

  /// In a layout of its own, what is linked is nearer than what is not.
  @Test func layoutsShowTheNetworksShape() {
    let count = 40
    let links = (0..<count).map { Link(tail: $0, head: ($0 + 1) % count, bandwidth: 1) }
    let ring = Network(nodes: (0..<count).map { Node(id: Name("\($0)")) }, links: links)
    var layout = StressLayout(ring)
    let places = layout.positions(known: Array(repeating: nil, count: count))
    let near = (0..<count).map { (places[$0] - places[($0 + 1) % count]).length }
    let far = (0..<count).map { (places[$0] - places[($0 + count / 2) % count]).length }
    #expect((near.max() ?? 0) < 0.2 * (far.min() ?? 0), "\(near), \(far)")
  }
}
