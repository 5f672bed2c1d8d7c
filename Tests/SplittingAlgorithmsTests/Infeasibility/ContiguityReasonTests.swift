import Foundations
import LayerRoute
import Networks
import Problems
import Splitting
import SplittingAlgorithms
import TestSupport
import Testing

/// The reason of instances that would have a plan if jobs need not be contiguous.
@Suite(
  .enabled(if: !Backends.built.filter(["cbc", "glpk"].contains).isEmpty, "needs a backend with LP sessions"))
struct ContiguityReasonTests {
  /// Jobs whose first and last layer have to run on the camera, and the one between on the edge.
  private func alternating(_ jobs: [Job]) -> Instance {
    var instance = Instance.camera(edgeMemory: 500e6, jobs: jobs)
    instance.dnns[0].layers.append(instance.dnns[0].layers[1])
    instance.dnns[0].layers[2].name = Name("last")
    for job in jobs.indices where jobs[job].isContiguous {
      instance.jobs[job].hosts = [0, 1, 0].enumerated().map { HostRule(layer: $0, nodes: [$1]) }
    }
    return instance
  }

  private func contiguous(_ id: Name) -> Job {
    var job = Job.detect(id)
    job.isContiguous = true
    return job
  }

  private func reason(_ given: Instance, _ objective: ObjectiveKind, _ method: String?) async throws
    -> String?
  {
    var instance = given
    instance.options.objective = objective
    let answer = try await Kinds.splitting.solve(instance, SolveRequest(method: method))
    #expect(answer.file.status == .infeasible)
    return answer.file.reason
  }

  @Test(arguments: [ObjectiveKind.total, .max, .bottleneck], [nil, "native", "paths"])
  func aContiguousJobIsNamed(_ objective: ObjectiveKind, _ method: String?) async throws {
    let instance = alternating([contiguous("detect"), .detect("idle")])
    #expect(
      try await reason(instance, objective, method)
        == "contiguous: job \"detect\" cannot run with one run of layers a node; without that demand there would be a plan"
    )
  }

  @Test func theMethodForPipelinesNamesTheJob() async throws {
    #expect(
      try await reason(alternating([contiguous("detect")]), .bottleneck, "pipeline")
        == "contiguous: job \"detect\" cannot run with one run of layers a node; without that demand there would be a plan"
    )
  }

  @Test(arguments: [ObjectiveKind.total, .bottleneck], [nil, "native"])
  func allJobsWhoseDemandHasToGoAreNamed(_ objective: ObjectiveKind, _ method: String?) async throws {
    let instance = alternating([contiguous("one"), .detect("idle"), contiguous("other")])
    #expect(
      try await reason(instance, objective, method)
        == "contiguous: jobs \"one\", \"other\" cannot run with one run of layers a node; without that demand on these "
        + "jobs there would be a plan")
  }

  /// Tiny instances with little memory, whose jobs are all contiguous, against enumeration.
  @Test(arguments: [ObjectiveKind.total, .bottleneck])
  func theReasonSaysWhatEnumerationFinds(_ objective: ObjectiveKind) async throws {
    func hasPlan(_ instance: Instance) -> Bool {
      objective == .bottleneck
        ? !BruteForce(instance).frontier().isEmpty : BruteForce(instance).optimum() != nil
    }
    var named = 0
    for (family, seed) in [PipelineFamily.memory, .rates].flatMap({ family in
      (UInt64(500)..<900).map { (family, $0) }
    }) {
      var instance = Instance.pipeline(family, seed: seed).tightened(memory: 0.8, rate: 1)
      instance.options.objective = objective
      for job in instance.jobs.indices { instance.jobs[job].isContiguous = true }
      guard !hasPlan(instance) else { continue }
      let context = "\(family) seed \(seed): \(instance.json())"
      let reason = try #require(try await reason(instance, objective, "native"), "\(context)")
      guard hasPlan(instance.demandingContiguity(of: [])) else {
        #expect(!reason.hasPrefix("contiguous"), "\(reason); \(context)")
        continue
      }
      named += 1
      #expect(
        reason.hasPrefix("contiguous: job") && reason.hasSuffix("there would be a plan"),
        "\(reason); \(context)")
      let freed = instance.jobs.indices.filter { reason.contains("\"\(instance.jobs[$0].id.text)\"") }
      for job in [nil] + freed.map(Optional.some) {
        let others = instance.jobs.indices.filter { !freed.contains($0) || $0 == job }
        #expect(hasPlan(instance.demandingContiguity(of: others)) == (job == nil), "\(reason); \(context)")
      }
    }
    #expect(named > 3, "\(named)")
  }
}
