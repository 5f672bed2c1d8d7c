import TestSupport
import Testing

@testable import Importers

/// States stay with the layers that use them.
@Suite struct StateTests {
  /// Blocks in which a cache grows by one token and is added up; `width` elements a token.
  static func decoder(blocks: Int, past: String = "past", present: String = "present") -> ModelBuilder {
    var model = ModelBuilder()
    model.input("x", .float, [1, 4])
    var hidden = "x"
    for block in 0..<blocks {
      model.input("\(past).\(block)", .float, [7, 4])
      model.weights("w\(block)", [4, 4])
      model.node("MatMul", [hidden, "w\(block)"], ["k\(block)"])
      model.node("Concat", ["\(past).\(block)", "k\(block)"], ["\(present).\(block)"], .integer("axis", 0))
      model.node(
        "ReduceSum", ["\(present).\(block)", "axes"], ["s\(block)"], .integer("keepdims", 1))
      model.node("Add", [hidden, "s\(block)"], ["h\(block)"])
      hidden = "h\(block)"
      model.outputs("\(present).\(block)")
    }
    model.integers("axes", [0])
    model.proto.graph.output.append(ModelBuilder.value(hidden, .float, [1, 4]))
    return model
  }

  @Test func aRecognisedCacheCrossesNoCut() throws {
    let graph = try Self.decoder(blocks: 3).model().graph()
    #expect(graph.states.map(\.bytes) == [128, 128, 128])
    #expect(graph.assumptions.map(\.count) == [3])
    let chain = graph.chain(.block)
    #expect(chain.input == 16 && chain.inputTensors == ["x"])
    #expect(chain.layers.map(\.memory) == [128, 128, 128])
    #expect(chain.layers.map(\.output) == [16, 16, 16])
    #expect(chain.layers.map(\.tensors) == [["h0"], ["h1"], ["h2"]])
    #expect(chain.dnn(name: "d").layers.map(\.memory) == [128, 128, 128])
  }

  @Test(arguments: [
    ("past_key_values", "present"), ("past_key_values", "present_key_values"), ("past", "present_key_values"),
  ])
  func cachesAreRecognisedByTheNamesThatExportersGive(_ past: String, _ present: String) throws {
    #expect(try Self.decoder(blocks: 2, past: past, present: present).model().graph().states.count == 2)
  }

  @Test func withoutAStateEverythingCrosses() throws {
    let chain = try Self.decoder(blocks: 3).model().graph(ONNXRequest(states: .none)).chain(.block)
    #expect(chain.memory == 0 && chain.input == 352)
    #expect(chain.layers.last?.output == 400)
  }

  @Test func aPatternPairsWhatItsStarsStandFor() throws {
    let model = try Self.decoder(blocks: 2, past: "old", present: "new").model()
    #expect(try model.graph().states.isEmpty)
    let pattern = try #require(StatePattern("old.*=new.*"))
    let graph = try model.graph(ONNXRequest(states: .patterns([pattern])))
    #expect(
      graph.states.map(\.input) == ["old.0", "old.1"] && graph.states.map(\.output) == ["new.0", "new.1"])
    #expect(graph.assumptions.isEmpty, "what was asked for is not assumed")
  }

  @Test(arguments: [
    ("past.*=present.*", "past.0.key", "present.0.key"), ("past*=present*", "past_1", "present_1"),
    ("a*b*c=*-*", "axbybzc", "x-ybz"), ("k=l", "k", "l"), ("*_in=*_out", "cache_in", "cache_out"),
  ])
  func starsStandForTheSameOnBothSides(_ pattern: String, _ input: String, _ output: String) {
    #expect(StatePattern(pattern)?.output(of: input) == output)
  }

  @Test(arguments: ["", "a", "=", "a=", "=b", "a*=b", "a=b=c"])
  func whatIsNoPatternIsRefused(_ text: String) { #expect(StatePattern(text) == nil) }

  @Test func otherNamesAndOtherShapesAreNoState() throws {
    var model = ModelBuilder()
    model.input("x", .float, [2, 2])
    model.input("past", .float, [3, 3])
    model.node("Relu", ["x"], ["present"])
    model.node("Relu", ["past"], ["y"])
    model.outputs("present", "y")
    #expect(try model.model().graph().states.isEmpty)
  }
}
