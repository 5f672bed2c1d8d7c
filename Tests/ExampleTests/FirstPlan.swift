import Networks
import Problems
import Splitting
import Testing

/// An instance built in code, solved, verified and exported. Needs no backend: nothing couples its only job.
@Test func aFirstPlan() async throws {
  let network = Network(
    nodes: [Node(id: "camera", compute: 50e9), Node(id: "edge", compute: 2e12)],
    links: [
      Link(tail: 0, head: 1, bandwidth: 100e6, latency: 1e-3),
      Link(tail: 1, head: 0, bandwidth: 100e6, latency: 1e-3),
    ])
  let detector = DNN(
    name: "detector", input: 600e3,
    layers: [
      Layer(name: "stem", work: 0.2e9, output: 60e3), Layer(name: "body", work: 6e9, output: 2e3),
    ])
  let instance = Instance(
    network: network, dnns: [detector], jobs: [Job(id: "detect", dnn: 0, source: 0, target: 0)])

  let plan = try await Planner().solve(instance).document
  print(plan.status, plan.objective?.value ?? .nan)  // optimal 0.01396
  print(plan.jobs[0].hosts)  // [camera, edge]

  let check = PlanCheck(plan, of: instance)
  print(check.findings)  // []: every constraint and every number holds
  let model = try Exporter.model(of: instance, formulation: "layered")
  print(model.lpText())  // for other solvers

  #expect(plan.status == .optimal)
  #expect(abs((plan.objective?.value ?? .nan) - 0.01396) < 1e-8)
  #expect(plan.jobs[0].hosts == ["camera", "edge"])
  #expect(check.findings.isEmpty)
  #expect(model.lpText().contains("Subject To"))
}
