import Foundation
import TestSupport
import Testing

@testable import Importers

/// What a caller says about sizes, values and ends.
@Suite struct RequestTests {
  private func flop(_ graph: OperationGraph) -> Double {
    graph.operations.reduce(0) { $0 + $1.multiplyAddFLOP }
  }

  /// x [?, 3] times a matrix.
  private func product(_ dimensions: [String]) -> ModelBuilder {
    var model = ModelBuilder()
    model.input("x", open: dimensions)
    model.weights("w", [3, 5])
    model.node("MatMul", ["x", "w"], ["y"])
    model.outputs("y")
    return model
  }

  @Test(arguments: [["?", "3"], ["n", "3"], ["4", "3"], ["0", "3"], ["", "3"]])
  func thePlaceOfAnAxisAlwaysSetsItsSize(_ dimensions: [String]) throws {
    let model = try product(dimensions).model()
    #expect(model.uses(dimension: "x[0]") && model.uses(dimension: "x[1]") && !model.uses(dimension: "x[2]"))
    #expect(try flop(model.graph(ONNXRequest(sizes: ["x[0]": 7]))) == 2 * 7 * 3 * 5)
  }

  @Test func axesWithOnePlaceholderMayDiffer() throws {
    let model = try product(["?", "?"]).model()
    #expect(model.openDimensions == ["x[0]", "x[1]"])
    #expect(try flop(model.graph(ONNXRequest(sizes: ["?": 3]))) == 2 * 3 * 3 * 5)
    #expect(try flop(model.graph(ONNXRequest(sizes: ["x[0]": 2, "?": 3]))) == 2 * 2 * 3 * 5)
  }

  @Test func aValueSelectsABranch() throws {
    var model = ModelBuilder()
    model.input("x", .float, [1, 3])
    model.input("rate", .int64, [])
    model.integers("k", [16000])
    model.weights("a", [3, 5])
    model.weights("b", [3, 7])
    model.node("Equal", ["rate", "k"], ["c"])
    let branches = [("then_branch", "a"), ("else_branch", "b")].map { name, weight in
      var graph = ONNXGraphProto()
      graph.node = [ModelBuilder.node("MatMul", ["x", weight], ["r"])]
      graph.output = [.with { $0.name = "r" }]
      return Attribute.graph(name, graph)
    }
    model.proto.graph.node.append(ModelBuilder.node("If", ["c"], ["y"], branches))
    model.outputs("y")
    let error = #expect(throws: (any Error).self) { try model.model().graph() }
    #expect("\(String(describing: error))".contains("--value"))
    #expect(try flop(model.model().graph(ONNXRequest(values: ["rate": 16000]))) == 30)
    let other = try model.model().graph(ONNXRequest(values: ["rate": 8000]))
    #expect(flop(other) == 42)
    #expect(other.weights.reduce(0) { $0 + $1.parameters } == 21, "what runs counts")
    #expect(other.assumptions.lines.contains { $0.contains("15 parameters") }, "\(other.assumptions.lines)")
    #expect(other.chain(.block).layers.last?.tensors == ["y"], "the name outside counts")
  }

  /// A loop whose body multiplies its state with a matrix and gives it; `condition` is the body's first output.
  private func loop(_ trips: Int64, _ condition: String = "c") -> ModelBuilder {
    var model = ModelBuilder()
    model.input("x", .float, [1, 3])
    model.input("go", .bool, [])
    model.integers("n", [trips])
    model.weights("w", [3, 3])
    var body = ONNXGraphProto()
    body.input = ["i", "c", "a"].map { name in .with { $0.name = name } }
    body.node = [
      ModelBuilder.node("MatMul", ["a", "w"], ["b"]), ModelBuilder.node("Identity", ["b"], ["piece"]),
    ]
    body.output = [condition, "b", "piece"].map { name in .with { $0.name = name } }
    model.proto.graph.node.append(
      ModelBuilder.node("Loop", ["n", "", "x"], ["y", "all"], [.graph("body", body)]))
    model.outputs("y", "all")
    return model
  }

  @Test(arguments: [0, 1, 4, 64, 1000])
  func aLoopCountsItsRounds(_ trips: Int64) throws {
    let model = loop(trips)
    let graph = try model.model().graph()
    #expect(flop(graph) == Double(trips) * 2 * 9)
    #expect(try model.tensor("all")?.dimensions == [Int(trips), 1, 3])
    #expect(graph.assumptions.isEmpty == (trips < 1000), "\(graph.assumptions.lines)")
    if trips > 0 {
      #expect(graph.operations.map(\.type) == ["Loop"])
      #expect(graph.chain(.block).layers.reduce(0) { $0 + $1.parameters } == 9)
    }
  }

  @Test func aConditionThatMayEndALoopIsSaid() throws {
    let graph = try loop(4, "go").model().graph()
    #expect(flop(graph) == 4 * 2 * 9 && graph.assumptions.first?.treatment.contains("4 rounds") == true)
    let endless = #expect(throws: (any Error).self) { try loop(.max, "go").model().graph() }
    #expect("\(String(describing: endless))".contains("only when the model runs"))
    let forever = #expect(throws: (any Error).self) { try loop(.max).model().graph() }
    #expect("\(String(describing: forever))".contains("250000 nodes"))
  }

  @Test func aScanHasARoundForEachSlice() throws {
    var model = ModelBuilder()
    model.input("h", .float, [2, 3])
    model.input("x", .float, [5, 2, 4])
    model.weights("w", [4, 3])
    var body = ONNXGraphProto()
    body.input = ["s", "a"].map { name in .with { $0.name = name } }
    body.node = [
      ModelBuilder.node("MatMul", ["a", "w"], ["p"]), ModelBuilder.node("Add", ["s", "p"], ["t"]),
    ]
    body.output = ["t", "p"].map { name in .with { $0.name = name } }
    model.proto.graph.node.append(
      ModelBuilder.node(
        "Scan", ["h", "x"], ["y", "all"], [.graph("body", body), .integer("num_scan_inputs", 1)]))
    model.outputs("y", "all")
    #expect(try flop(model.model().graph()) == 5 * 2 * 2 * 4 * 3)
    #expect(try model.tensor("all")?.dimensions == [5, 2, 3] && model.tensor("y")?.dimensions == [2, 3])
  }

  @Test func whatLiesBehindAnEndIsLeftOut() throws {
    var model = product(["2", "3"])
    model.input("other", open: ["unknown"])
    model.weights("v", [9])
    model.node("NonZero", ["y"], ["places"])
    model.node("Mul", ["other", "v"], ["z"])
    model.outputs("places", "z")
    #expect(throws: (any Error).self) { try model.model().graph() }
    let graph = try model.model().graph(ONNXRequest(until: ["y"]))
    #expect(flop(graph) == 2 * 2 * 3 * 5 && graph.chain(.block).layers.last?.tensors == ["y"])
    #expect(graph.weights.reduce(0) { $0 + $1.parameters } == 15)
  }

  @Test func parametersInConstantNodesCountButSingleNumbersDoNot() throws {
    var model = ModelBuilder()
    model.input("x", .float, [1, 3])
    for (name, dimensions) in [("w", [3, 5]), ("e", [])] as [(String, [Int64])] {
      var tensor = ONNXTensorProto()
      tensor.dataType = 1
      tensor.dims = dimensions
      tensor.dataLocation = 1
      model.proto.graph.node.append(ModelBuilder.node("Constant", [], [name], [.tensor("value", tensor)]))
    }
    model.node("MatMul", ["x", "w"], ["a"])
    model.node("Pow", ["a", "e"], ["y"])
    model.outputs("y")
    let graph = try model.model().graph()
    #expect(graph.weights.reduce(0) { $0 + $1.parameters } == 15)
    #expect(graph.chain(.block).weights == 64)
  }
}
