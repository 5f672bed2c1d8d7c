import Documents
import Foundation
import SwiftProtobuf
import Testing

@testable import Importers

/// Files that are damaged, contradict themselves or ask for what is not known.
@Suite struct RefusalTests {
  /// A model that is wrong, and words of the message.
  struct Case: CustomStringConvertible, Sendable {
    var name: String
    var words: [String]
    var make: @Sendable (inout ModelBuilder) -> Void
    var description: String { name }
  }

  @Test(arguments: cases)
  func whatIsWrongIsRefusedWithItsPlace(_ sample: Case) throws {
    var model = ModelBuilder()
    model.input("x", .float, [2, 3])
    sample.make(&model)
    if model.proto.graph.output.isEmpty { model.outputs("y") }
    let error = #expect(throws: InputError.self) { try model.model().graph() }
    let text = error?.description ?? ""
    for word in ["m.onnx"] + sample.words { #expect(text.contains(word), "\(word): \(text)") }
  }

  static let cases: [Case] = [
    Case(name: "dangling", words: ["graph.node[0]", "a Relu", "\"nowhere\""]) {
      $0.node("Relu", ["nowhere"], ["y"])
    },
    Case(name: "dangling result", words: ["graph.output[0]", "\"y\""]) { _ in },
    Case(name: "cycle", words: ["graph.node[0]", "cycle", "node[1]"]) {
      $0.node("Add", ["x", "b"], ["a"])
      $0.node("Relu", ["a"], ["b"])
      $0.outputs("b")
    },
    Case(name: "produced twice", words: ["graph.node[1]", "produced twice"]) {
      $0.node("Relu", ["x"], ["y"])
      $0.node("Relu", ["x"], ["y"])
    },
    Case(name: "named like an input", words: ["graph.node[0]", "produced twice"]) {
      $0.input("z", .float, [1])
      $0.node("Relu", ["z"], ["x"])
    },
    Case(name: "missing input", words: ["graph.node[0]", "input 2 is missing"]) {
      $0.node("MatMul", ["x"], ["y"])
    },
    Case(name: "unknown", words: ["own.Foo \"a Foo\"", "--assume elementwise", "value_info"]) {
      $0.node("Foo", ["x"], ["y"], domain: "own")
    },
    Case(name: "loop", words: ["Loop", "graph.node[0]", "body is missing"]) { $0.node("Loop", ["x"], ["y"]) },
    Case(name: "unknown condition", words: ["If", "condition"]) { $0.node("If", ["x"], ["y"]) },
    Case(name: "data-dependent", words: ["NonZero", "value_info"]) { $0.node("NonZero", ["x"], ["y"]) },
    Case(name: "data-dependent shape", words: ["Reshape", "input 2"]) {
      $0.input("s", .int64, [2])
      $0.node("Reshape", ["x", "s"], ["y"])
    },
    Case(name: "shapes", words: ["[2, 3]", "cannot be multiplied"]) { $0.node("MatMul", ["x", "x"], ["y"]) },
    Case(name: "absurd dimension", words: ["graph.input[1]", "2^31"]) {
      $0.input("z", .float, [1 << 40])
      $0.node("Relu", ["z"], ["y"])
    },
    Case(name: "absurd size", words: ["graph.initializer[0]", "2^50"]) {
      $0.weights("w", [1 << 30, 1 << 30, 1 << 30])
      $0.node("Relu", ["x"], ["y"])
    },
    Case(name: "negative", words: ["graph.initializer[0]", "-3"]) {
      $0.weights("w", [-3])
      $0.node("Relu", ["x"], ["y"])
    },
    Case(name: "element type", words: ["graph.input[1]", "element type 99"]) {
      var value = ModelBuilder.value("z", .float, [1])
      value.type.tensorType.elemType = 99
      $0.proto.graph.input.append(value)
      $0.node("Relu", ["z"], ["y"])
    },
    Case(name: "no tensor", words: ["graph.input[1]", "not a tensor"]) {
      var value = ONNXValueInfoProto()
      value.name = "z"
      $0.proto.graph.input.append(value)
      $0.node("Relu", ["z"], ["y"])
    },
    Case(name: "attribute type", words: ["graph.node[0]", "\"axis\"", "type"]) {
      $0.node("Flatten", ["x"], ["y"], .string("axis", "one"))
    },
    Case(name: "too little data", words: ["graph.initializer[0]", "3 elements", "2"]) {
      $0.integers("c", [1, 2])
      $0.proto.graph.initializer[0].dims = [3]
      $0.node("Relu", ["x"], ["y"])
    },
    Case(name: "strings", words: ["strings"]) {
      $0.input("z", .string, [1])
      $0.node("Identity", ["z"], ["y"])
    },
    Case(name: "functions without end", words: ["more than 32 levels deep"]) {
      var function = ONNXFunctionProto()
      function.name = "Self"
      function.domain = "own"
      function.input = ["a"]
      function.output = ["b"]
      function.node = [ModelBuilder.node("Self", ["a"], ["b"], domain: "own")]
      $0.proto.functions = [function]
      $0.node("Self", ["x"], ["y"], domain: "own")
    },
    Case(name: "functions that multiply", words: ["more than 250000 nodes"]) {
      for level in 0..<20 {
        var function = ONNXFunctionProto()
        function.name = "F\(level)"
        function.domain = "own"
        function.input = ["a"]
        function.output = ["c"]
        function.node = [("a", "b"), ("b", "c")].map {
          let kind = level == 0 ? "Relu" : "F\(level - 1)"
          return ModelBuilder.node(kind, [$0.0], [$0.1], domain: level == 0 ? "" : "own")
        }
        $0.proto.functions.append(function)
      }
      $0.node("F19", ["x"], ["y"], domain: "own")
    },
  ]

  @Test func anUnknownOperatorMayBeAssumedOrDeclared() throws {
    var model = ModelBuilder()
    model.input("x", .float16, [2, 3])
    model.weights("w", [3])
    model.node("Foo", ["x", "w"], ["y"], domain: "own")
    model.outputs("y")
    let assumed = try model.model().graph(ONNXRequest(unknown: .elementwise))
    #expect(assumed.operations[0].otherFLOP == 6 && assumed.tensors.last?.bytes == 12)
    model.proto.graph.valueInfo = [ModelBuilder.value("y", .float, [5, 5])]
    let declared = try model.model().graph()
    #expect(declared.operations[0].otherFLOP == 25 && declared.tensors.last?.bytes == 100)
  }

  @Test func aNodeMayStandBeforeWhatItNeeds() throws {
    var model = ModelBuilder()
    model.input("x", .float, [2])
    model.node("Relu", ["a"], ["y"])
    model.node("Exp", ["x"], ["a"])
    model.outputs("y")
    #expect(try model.model().graph().operations.map(\.type) == ["Exp", "Relu"])
  }

  @Test func everyTruncationIsRefusedOrStillAModel() throws {
    let bytes = try sample()
    var places = 0
    for end in 0..<bytes.count {
      do {
        _ = try FuzzTests.imported(Array(bytes[..<end]))
      } catch let error as InputError {
        if error.message.contains("byte ") { places += 1 }
      }
    }
    #expect(places > bytes.count / 2)
  }

  @Test func everyFlippedBitIsRefusedOrStillAModel() throws {
    let bytes = try sample()
    for bit in 0..<bytes.count * 8 {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << (bit % 8)
      do { _ = try FuzzTests.imported(damaged) } catch is InputError {}
    }
  }

  private func sample() throws -> [UInt8] {
    var model = ModelBuilder()
    model.input("x", .float, [1, 2, 6, 6])
    model.weights("w", [4, 2, 3, 3])
    model.integers("s", [1, -1])
    model.node("Conv", ["x", "w"], ["a"], .integers("pads", [1, 1, 1, 1]))
    model.node("MaxPool", ["a"], ["b"], .integers("kernel_shape", [2, 2]), .integer("ceil_mode", 1))
    model.node("Reshape", ["b", "s"], ["y"])
    model.outputs("y")
    return try model.bytes()
  }
}
