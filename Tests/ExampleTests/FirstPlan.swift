import LayerRoute
import Networks
import Planning
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

  let answer = try await Kinds.splitting.solve(instance)
  print(answer.file.status, answer.cost)  // optimal 0.01396
  print(answer.plan?.jobs[0].hosts ?? [])  // [0, 1]: the camera and the edge box

  let check = try PlanVerification(answer.file, of: instance, Kinds.splitting)
  print(check.findings)  // []: every constraint and every number holds
  let model = try await Kinds.splitting.model(of: instance, formulation: "layered")
  print(model.lpText())  // for other solvers

  #expect(answer.file.status == .optimal)
  #expect(abs(answer.cost - 0.01396) < 1e-8)
  #expect(answer.plan?.jobs[0].hosts == [0, 1])
  #expect(check.findings.isEmpty)
  #expect(model.lpText().contains("Subject To"))
}
