import LayerRoute
import Testing

/// What `plot` draws.
@Suite struct CoordinationPictureTests {
  private func picture(
    _ form: PictureRequest<CoordinationProblem>.Form, jobs: [String] = [], seed: UInt64 = 0
  ) throws -> String {
    let instance = CoordinationInstance.random(.plain, .single, seed: seed)
    var request = PictureRequest<CoordinationProblem>(form, of: instance, jobs: jobs)
    request.plan = Kinds.coordination.quickPlan(instance, nil)?.plan
    let draw = try #require(Kinds.coordination.picture)
    return try draw(request).text
  }

  @Test func picturesNameServicesTasksAndLoads() throws {
    let text = try picture(.plan)
    let instance = CoordinationInstance.random(.plain, .single, seed: 0)
    for name in instance.services.map(\.name) + instance.tasks.map(\.id) {
      #expect(text.contains(">\(name.text)") || text.contains("\(name.text):"), "\(name)")
    }
    #expect(text.contains("load ") && text.contains("accuracy "))
    #expect(!text.contains("nan") && !text.contains("inf"))
  }

  @Test func aPictureOfOneTaskHasNoOther() throws {
    let text = try picture(.layeredGraph, jobs: ["t0"], seed: 3)
    #expect(text.contains("t0") && !text.contains("t1"))
  }

  @Test func unknownTasksAreNamed() {
    #expect { try picture(.plan, jobs: ["nonesuch"]) } throws: { "\($0)".contains("nonesuch") }
  }

  @Test func graphvizHasAClusterForEachService() throws {
    let text = try picture(.graphviz)
    #expect(text.hasPrefix("digraph blocks {") && text.contains("subgraph cluster_0"))
    #expect(text.count { $0 == "{" } == text.count { $0 == "}" })
  }
}
