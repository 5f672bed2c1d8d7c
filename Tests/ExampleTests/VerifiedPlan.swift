import Documents
import LayerRoute
import Planning
import Splitting
import TestSupport
import Testing

/// A plan from a file, checked against its instance by code that shares nothing with what made it.
@Test func aVerifiedPlan() async throws {
  let folder = try TemporaryFolder()
  let (file, planFile) = (folder.path("instance.json"), folder.path("plan.json"))
  try OutputFile.write(Instance.contractExample().json(), to: file)
  try OutputFile.write(
    try await Kinds.splitting.solve(.contractExample()).file.json()
      .replacing("\"waiting\": 0.0028", with: "\"waiting\": 0.0020"), to: planFile)

  let instance = try Instance.read(file: file)
  let plan = try Document.read(file: planFile)
  let check = try PlanVerification(plan, of: instance, Kinds.splitting)
  for finding in check.findings { print(finding) }

  #expect(check.findings.count == 1 && check.findings[0].contains("waiting"), "\(check.findings)")
}
