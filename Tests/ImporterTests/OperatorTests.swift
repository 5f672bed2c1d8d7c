import Documents
import TestSupport
import Testing

@testable import Importers

/// One operator at a time: shapes and work by ONNX's definitions.
@Suite struct OperatorTests {
  /// An operator, what it is given and what must come of it.
  struct Case: CustomStringConvertible, Sendable {
    var kind: String
    /// Shapes of inputs that are computed; `nil` for one that is left out.
    var inputs: [[Int64]?]
    var attributes: @Sendable () -> [Attribute] = { [] }
    /// Constants behind them.
    var constants: [[Int64]] = []
    var type = ElementType.float
    var output: [Int]
    var outputType = ElementType.float
    var multiplyAdd = 0.0
    var other = 0.0

    var description: String { "\(kind) \(inputs)" }
  }

  /// ReorderInput fills up 24 channels to those of the kernel.
  @Test(arguments: [Int64(1), 32])
  func blocksOfChannelsAreFilledUp(_ groups: Int64) throws {
    let domain = "com.microsoft.nchwc"
    let kernel = groups == 1 ? [64, 32, 3, 3] : [32, 1, 3, 3] as [Int64]
    let flop = Double(2 * 81 * 9 * kernel[0] * kernel[1])
    var model = ModelBuilder()
    model.input("x", .float, [1, 24, 9, 9])
    model.weights("w", kernel)
    model.node("ReorderInput", ["x"], ["b"], domain: domain)
    model.node(
      "Conv", ["b", "w"], ["c"], domain: domain, .integer("group", groups), .integers("pads", [1, 1, 1, 1]))
    model.node("ReorderOutput", ["c"], ["y"], domain: domain, .integer("channels", 20))
    model.outputs("y")
    #expect(try model.tensor("y")?.dimensions == [1, 20, 9, 9])
    #expect(try model.model().graph().operations.reduce(0) { $0 + $1.multiplyAddFLOP } == flop)
  }

  @Test(arguments: cases)
  func shapesAndWorkAreThoseOfTheDefinition(_ sample: Case) throws {
    let model = Self.model(sample)
    let tensor = try #require(try model.tensor("y"))
    #expect(tensor.dimensions == sample.output)
    #expect(tensor.elementType == Int(sample.outputType.rawValue))
    let operation = try #require(try model.model().graph().operations.first)
    #expect(operation.multiplyAddFLOP == sample.multiplyAdd)
    #expect(operation.otherFLOP == sample.other)
  }

  /// A model of the operator alone.
  static func model(_ sample: Case) -> ModelBuilder {
    var model = ModelBuilder()
    var names: [String] = []
    for (index, shape) in sample.inputs.enumerated() {
      names.append(shape == nil ? "" : "x\(index)")
      if let shape { model.input("x\(index)", sample.type, shape) }
    }
    for (index, values) in sample.constants.enumerated() {
      names.append("c\(index)")
      model.integers("c\(index)", values)
    }
    model.proto.graph.node = [ModelBuilder.node(sample.kind, names, ["y"], sample.attributes())]
    model.outputs("y")
    return model
  }

  static let cases: [Case] = products + windows + rearranged + reduced + others

  static let products: [Case] = [
    Case(kind: "MatMul", inputs: [[2, 3, 4], [4, 5]], output: [2, 3, 5], multiplyAdd: 240),
    Case(kind: "MatMul", inputs: [[4], [7, 4, 5]], output: [7, 5], multiplyAdd: 280),
    Case(kind: "MatMul", inputs: [[4], [4]], output: [], multiplyAdd: 8),
    Case(
      kind: "Gemm", inputs: [[4, 2], [5, 4], [5]],
      attributes: { [.integer("transA", 1), .integer("transB", 1)] }, output: [2, 5], multiplyAdd: 80,
      other: 10),
    Case(
      kind: "Einsum", inputs: [[2, 3, 4], [2, 5, 4]],
      attributes: { [.string("equation", "bij, bkj -> bik")] },
      output: [2, 3, 5], multiplyAdd: 240),
    Case(
      kind: "Einsum", inputs: [[7, 2, 3], [3, 4]], attributes: { [.string("equation", "...ij,jk")] },
      output: [7, 2, 4], multiplyAdd: 336),
    Case(
      kind: "LSTM", inputs: [[9, 2, 5], [2, 12, 5], [2, 12, 3]],
      attributes: { [.string("direction", "bidirectional"), .integer("hidden_size", 3)] },
      output: [9, 2, 2, 3], multiplyAdd: 2 * 9 * 2 * 2 * 12 * 8, other: 108 * 13),
    Case(
      kind: "GRU", inputs: [[9, 2, 5], [1, 9, 5], [1, 9, 3]], output: [9, 1, 2, 3],
      multiplyAdd: 2 * 9 * 2 * 9 * 8, other: 54 * 11),
    Case(
      kind: "RNN", inputs: [[2, 9, 5], [1, 3, 5], [1, 3, 3]], attributes: { [.integer("layout", 1)] },
      output: [2, 9, 1, 3], multiplyAdd: 2 * 9 * 2 * 3 * 8, other: 54 * 2),
  ]

  static let windows: [Case] = [
    Case(
      kind: "Conv", inputs: [[1, 8, 10, 10], [16, 2, 3, 3], [16]],
      attributes: {
        [.integer("group", 4), .integers("pads", [1, 1, 1, 1]), .integers("strides", [2, 2])]
      },
      output: [1, 16, 5, 5], multiplyAdd: 2 * 400 * 18, other: 400),
    Case(
      kind: "Conv", inputs: [[1, 2, 7], [4, 2, 3]], attributes: { [.integers("dilations", [2])] },
      output: [1, 4, 3], multiplyAdd: 2 * 12 * 6),
    Case(
      kind: "ConvTranspose", inputs: [[1, 3, 4, 4], [3, 2, 3, 3]],
      attributes: { [.integers("strides", [2, 2]), .integers("output_shape", [8, 9])] },
      output: [1, 2, 8, 9],
      multiplyAdd: 2 * 48 * 18),
    Case(
      kind: "ConvTranspose", inputs: [[1, 3, 4, 4], [3, 2, 3, 3]],
      attributes: { [.integers("strides", [2, 2]), .string("auto_pad", "SAME_UPPER")] },
      output: [1, 2, 8, 8],
      multiplyAdd: 2 * 48 * 18),
    Case(
      kind: "AveragePool", inputs: [[1, 2, 5, 5]],
      attributes: {
        [.integers("kernel_shape", [2, 2]), .integers("strides", [2, 2]), .integer("ceil_mode", 1)]
      },
      output: [1, 2, 3, 3], other: 72),
    // The last window would begin in the padding.
    Case(
      kind: "MaxPool", inputs: [[1, 1, 4]],
      attributes: {
        [
          .integers("kernel_shape", [2]), .integers("strides", [3]), .integers("pads", [0, 2]),
          .integer("ceil_mode", 1),
        ]
      }, output: [1, 1, 2], other: 4),
    Case(kind: "GlobalMaxPool", inputs: [[2, 3, 5, 7]], output: [2, 3, 1, 1], other: 210),
    Case(kind: "RoiAlign", inputs: [[1, 3, 9, 9], [5, 4], [5]], output: [5, 3, 1, 1], other: 60),
  ]

  static let rearranged: [Case] = [
    Case(kind: "Reshape", inputs: [[2, 3, 4]], constants: [[0, -1]], output: [2, 12]),
    Case(kind: "Flatten", inputs: [[2, 3, 4]], attributes: { [.integer("axis", -1)] }, output: [6, 4]),
    Case(kind: "Transpose", inputs: [[2, 3, 4]], output: [4, 3, 2]),
    Case(kind: "Squeeze", inputs: [[1, 3, 1]], output: [3]),
    Case(kind: "Unsqueeze", inputs: [[3]], attributes: { [.integers("axes", [0, 2])] }, output: [1, 3, 1]),
    Case(kind: "Expand", inputs: [[3, 1]], constants: [[2, 1, 6]], output: [2, 3, 6]),
    Case(kind: "Tile", inputs: [[2, 3]], constants: [[1, 4]], output: [2, 12]),
    Case(kind: "Concat", inputs: [[2, 3], [2, 4]], attributes: { [.integer("axis", 1)] }, output: [2, 7]),
    Case(kind: "Split", inputs: [[7, 2]], constants: [[7]], output: [7, 2]),
    Case(kind: "Pad", inputs: [[2, 3]], constants: [[0, 1, 0, -2]], output: [2, 2]),
    Case(
      kind: "Slice", inputs: [[5, 6]], constants: [[-1], [-(1 << 62)], [0], [-2]], output: [3, 6]),
    Case(
      kind: "Slice", inputs: [[5, 6]], attributes: { [.integers("starts", [1]), .integers("ends", [.max])] },
      output: [4, 6]),
    Case(kind: "Gather", inputs: [[5, 6]], constants: [[1, 2, 0]], output: [3, 6]),
    Case(
      kind: "SpaceToDepth", inputs: [[1, 3, 4, 6]], attributes: { [.integer("blocksize", 2)] },
      output: [1, 12, 2, 3]),
    Case(
      kind: "Cast", inputs: [[3]], attributes: { [.integer("to", 10)] }, output: [3], outputType: .float16),
    Case(kind: "Dropout", inputs: [[3]], output: [3]),
    Case(kind: "ScatterND", inputs: [[4, 5], [2, 1], [2, 5]], output: [4, 5]),
    Case(kind: "GatherElements", inputs: [[4, 5], [2, 5]], output: [2, 5]),
  ]

  static let reduced: [Case] = [
    Case(
      kind: "ReduceMean", inputs: [[2, 3, 4]], attributes: { [.integers("axes", [-1])] }, output: [2, 3, 1],
      other: 24),
    Case(
      kind: "ReduceSum", inputs: [[2, 3]], attributes: { [.integer("keepdims", 0)] }, constants: [[0]],
      output: [3],
      other: 6),
    Case(kind: "ReduceMax", inputs: [[2, 3]], output: [1, 1], other: 6),
    Case(kind: "ArgMax", inputs: [[2, 3]], output: [1, 3], outputType: .int64, other: 6),
    Case(kind: "TopK", inputs: [[2, 9]], constants: [[4]], output: [2, 4], other: 18),
  ]

  static let others: [Case] = [
    Case(kind: "Add", inputs: [[2, 1, 4], [3, 1]], output: [2, 3, 4], other: 24),
    Case(kind: "Sum", inputs: [[2], [2], [2]], output: [2], other: 4),
    Case(kind: "Less", inputs: [[2], [2]], output: [2], outputType: .bool, other: 2),
    Case(kind: "Gelu", inputs: [[2, 3]], output: [2, 3], other: 6),
    Case(kind: "Softmax", inputs: [[2, 3]], output: [2, 3], other: 30),
    Case(kind: "LayerNormalization", inputs: [[2, 3], [3], [3]], output: [2, 3], other: 42),
    Case(kind: "BatchNormalization", inputs: [[2, 3], [3], [3], [3], [3]], output: [2, 3], other: 12),
    Case(
      kind: "LRN", inputs: [[1, 3, 2, 2]], attributes: { [.integer("size", 5)] }, output: [1, 3, 2, 2],
      other: 96),
    Case(
      kind: "Resize", inputs: [[1, 2, 3, 3], nil, nil], attributes: { [.string("mode", "linear")] },
      constants: [[1, 2, 6, 7]], output: [1, 2, 6, 7], other: 84 * 8),
    Case(
      kind: "Upsample", inputs: [[1, 2, 3, 3]], attributes: { [.reals("scales", [1, 1, 2, 1.5])] },
      output: [1, 2, 6, 4]),
    Case(kind: "QuantizeLinear", inputs: [[2, 3], []], output: [2, 3], outputType: .uint8, other: 12),
    Case(kind: "RandomNormalLike", inputs: [[2, 3]], output: [2, 3]),
    Case(
      kind: "Attention", inputs: [[2, 9, 32], [2, 7, 16], [2, 7, 8]],
      attributes: { [.integer("q_num_heads", 4), .integer("kv_num_heads", 2)] }, output: [2, 9, 16],
      multiplyAdd: 2 * 2 * 4 * 9 * 7 * (8 + 4), other: 7 * 2 * 4 * 9 * 7),
    Case(
      kind: "Attention",
      inputs: [[1, 4, 1, 8], [1, 2, 1, 8], [1, 2, 1, 8], nil, [1, 2, 6, 8], [1, 2, 6, 8]],
      output: [1, 4, 1, 8], multiplyAdd: 2 * 4 * 7 * 16, other: 7 * 28),
    Case(
      kind: "DFT", inputs: [[3, 16, 1]], attributes: { [.integer("axis", 1), .integer("onesided", 1)] },
      output: [3, 9, 2], other: 3 * 5 * 16 * 4),
    Case(kind: "Det", inputs: [[5, 3, 3]], output: [5], other: 90),
    Case(kind: "Where", inputs: [[3], [2, 1], [1]], output: [2, 3], other: 6),
  ]

  @Test func aKnownConditionChoosesItsBranch() throws {
    var model = ModelBuilder()
    model.input("x", .float, [4, 1])
    model.node("Shape", ["x"], ["s"])
    model.integers("one", [1])
    model.integers("last", [1])
    model.node("Gather", ["s", "last"], ["size"])
    model.node("Equal", ["size", "one"], ["isOne"])
    var squeezed = ONNXGraphProto()
    squeezed.node = [ModelBuilder.node("Squeeze", ["x", "last"], ["inner"])]
    squeezed.output = [ModelBuilder.value("inner", .float, [])]
    var same = ONNXGraphProto()
    same.node = [ModelBuilder.node("Identity", ["x"], ["inner"])]
    same.output = [ModelBuilder.value("inner", .float, [])]
    model.node("If", ["isOne"], ["y"], .graph("then_branch", squeezed), .graph("else_branch", same))
    model.outputs("y")
    #expect(try model.tensor("y")?.dimensions == [4])
    #expect(try model.model().graph().operations.map(\.type) == ["Squeeze"])
  }

  @Test func aFunctionOfTheFileStandsForItsNodes() throws {
    var function = ONNXFunctionProto()
    function.name = "Block"
    function.domain = "own"
    function.input = ["a", "b", "c"]
    function.output = ["r"]
    function.node = [
      ModelBuilder.node("MatMul", ["a", "b"], ["product"]),
      ModelBuilder.node("Flatten", ["product"], ["r"], [.reference("axis", 2, to: "from")]),
    ]
    var model = ModelBuilder()
    model.proto.functions = [function]
    model.input("x", .float, [2, 3, 4])
    model.weights("w", [4, 5])
    model.node("Block", ["x", "w"], ["y"], domain: "own", .integer("from", 0))
    model.outputs("y")
    #expect(try model.tensor("y")?.dimensions == [1, 30])
    let graph = try model.model().graph()
    #expect(graph.operations.map(\.name) == ["a Block/a MatMul", "a Block/a Flatten"])
    #expect(graph.operations[0].multiplyAddFLOP == 240)
  }

  @Test func whatFollowsFromConstantsAloneIsNoOperationButKeepsItsWeights() throws {
    var model = ModelBuilder()
    model.input("x", .float, [2, 3])
    model.weights("w", [4, 3])
    model.weights("unused", [7])
    model.node("Transpose", ["w"], ["t"])
    model.node("MatMul", ["x", "t"], ["y"])
    model.outputs("y")
    let graph = try model.model().graph()
    #expect(graph.operations.map(\.type) == ["MatMul"])
    #expect(graph.operations[0].weights == [0] && graph.weights[0].bytes == 48)
    #expect(graph.weights.map(\.parameters) == [12, 7])
  }

  @Test func sizesOfOpenDimensionsMayBeSums() throws {
    var model = ModelBuilder()
    model.input("x", open: ["batch", "past + new", ""])
    model.node("Relu", ["x"], ["y"])
    model.outputs("y")
    #expect(try model.model().openDimensions == ["batch", "past + new", "x[2]"])
    let sizes = ["batch": 2, "past": 3, "new": 4, "x[2]": 5]
    #expect(try model.tensor("y", sizes: sizes)?.dimensions == [2, 7, 5])
    for name in sizes.keys { #expect(try model.model().uses(dimension: name), "\(name)") }
    #expect(try !model.model().uses(dimension: "other"))
    #expect(throws: InputError.self) { try model.model().graph(ONNXRequest(sizes: ["batch": 2])) }
  }
}
