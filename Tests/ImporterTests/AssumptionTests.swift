import Documents
import Foundations
import TestSupport
import Testing

@testable import Importers

/// Nothing that is assumed is silent.
@Suite struct AssumptionTests {
  @Test func anUnknownOperatorIsNamedWithItsDomainHoweverItsShapesAreFound() throws {
    var model = ModelBuilder()
    model.input("x", .float, [2, 3])
    model.node("Foo", ["x"], ["a"], domain: "own")
    model.node("Foo", ["a"], ["y"], domain: "own")
    model.outputs("y")
    let assumed = try model.model().graph(ONNXRequest(unknown: .elementwise)).assumptions
    #expect(assumed.map(\.subject) == [.operation("Foo", domain: "own")] && assumed[0].count == 2)
    #expect(assumed.lines[0].hasPrefix("own.Foo (2 times): elementwise"), "\(assumed.lines)")
    let text = JSONWriter.text(of: assumed[0].jsonValue)
    #expect(text.contains("\"operator\": \"Foo\"") && text.contains("\"domain\": \"own\""), "\(text)")
    #expect(text.contains("\"count\": 2") && text.contains("\"as\": \"elementwise"), "\(text)")
    model.proto.graph.valueInfo = ["a", "y"].map { ModelBuilder.value($0, .float, [5]) }
    let declared = try model.model().graph().assumptions
    #expect(declared.count == 1 && declared[0].count == 2 && declared[0].treatment.contains("declares"))
  }

  @Test func knownOperatorsAreNoAssumption() throws {
    for name in ["attention_forms", "quantised_forms", "fused_forms", "standard_forms"] {
      #expect(try ModelSample.exported(name).graph().assumptions.isEmpty, "\(name)")
    }
  }

  /// A constant that could be broadcast does not enlarge the result.
  @Test func anElementwiseResultHasTheShapeOfComputedInputs() throws {
    var model = ModelBuilder()
    model.input("x", .float, [2, 8])
    model.input("z", .float, [1, 8])
    model.weights("w", [8, 1, 1])
    model.node("Foo", ["x", "w", "z"], ["y"], domain: "own")
    model.outputs("y")
    let graph = try model.model().graph(ONNXRequest(unknown: .elementwise))
    #expect(graph.operations[0].otherFLOP == 16)
  }

  @Test func otherRulesAndReplacedSizesAreSaid() throws {
    var model = ModelBuilder(opset: 5)
    model.input("x", .float, [2, 3])
    model.node("Relu", ["x"], ["y"])
    model.outputs("y")
    let graph = try model.model().graph(ONNXRequest(sizes: ["x[0]": 7]))
    #expect(graph.assumptions.map(\.subject) == [.key("opset 5"), .key("x[0]")])
    #expect(graph.operations[0].otherFLOP == 21)
  }

  @Test func equalTreatmentsShareALine() {
    var assumptions = Assumptions()
    for key in ["a", "b", "a", "c", "d", "e", "f", "g"] { assumptions.add(.key(Name(key)), "not read") }
    assumptions.add(.file, "something else")
    #expect(
      assumptions.list.lines == [
        "not read: \"a\" (2 times), \"b\", \"c\", \"d\", \"e\" and 2 more", "something else",
      ])
  }
}
