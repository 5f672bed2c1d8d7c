import Documents
import Splitting
import SplittingChecking
import TestSupport
import Testing

/// Mutations of valid files: each is read or refused, and what is read can be written and read again.
struct FuzzTests {
  @Test func everyMutationOfAJSONInstanceIsReadOrRefused() {
    fuzz("JSON instance", sampleInstance) { try checkInstance($0, .json) }
  }

  @Test func everyMutationOfAYAMLInstanceIsReadOrRefused() {
    fuzz("YAML instance", sampleYAML) { try checkInstance($0, .yaml) }
  }

  @Test func everyMutationOfMachinesAsTheyAreIsReadOrRefused() throws {
    let instance = Instance.machines(.together, seed: 0)
    try #require(instance.describesMachines)
    fuzz("machines", instance.json()) { try checkInstance($0, .json) }
  }

  @Test func everyMutationOfAPlanIsReadOrRefused() throws {
    let instance = Instance.contractExample()
    let evaluator = Evaluator(instance)
    var matched = 0
    fuzz("plan", samplePlan) { bytes in
      let document = try Document.parse(bytes, format: .json, file: "t")
      var file = try SplittingProblem.head(of: document)
      let stated = try SplittingProblem.plan(in: document, of: instance)
      try require(stated.plan != nil || !stated.findings.isEmpty, "no plan, and nobody says why")
      guard let plan = stated.plan, evaluator.assess(plan).canBeCarriedOut else { return }
      matched += 1
      file.body = evaluator.assess(plan).report()
      let written = try Document.parse(Array(file.json().utf8), format: .json, file: "written")
      try require(
        try SplittingProblem.plan(in: written, of: instance).plan == plan,
        "written and read, it is another plan")
      let again = try SplittingProblem.head(of: written)
      try require(
        again.status == file.status && again.objective == file.objective && again.solver == file.solver,
        "written and read, it says something else")
    }
    #expect(matched > 10, "\(matched)")
  }

  private func checkInstance(_ bytes: [UInt8], _ format: FileFormat) throws {
    let document = try Document.parse(bytes, format: format, file: "t")
    try require(document.tokens.count <= 10_000 + bytes.count, "more values than bytes")
    let instance = try Instance.parse(bytes, format: format)
    let text = instance.json()
    try require(try Instance.parse(Array(text.utf8)) == instance, "written and read, it is another instance")
  }
}
