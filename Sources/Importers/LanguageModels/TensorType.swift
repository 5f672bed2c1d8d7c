/// The types of tensors in GGUF files: blocks of some elements, each of some bytes
/// (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md).
public struct TensorType: Sendable, Equatable {
  public let name: String
  /// The elements of a block.
  let elements: Int
  /// The size of a block [byte].
  let bytes: Int

  /// The size of many elements [byte].
  func bytes(of count: Double) -> Double { count * Double(bytes) / Double(elements) }

  /// The type with a name, in any case, as "q4_K"; `nil` if there is none. "bfloat16" and its like are accepted too.
  public static func named(_ name: String) -> TensorType? {
    let name = name.uppercased()
    let usual = ["FLOAT32": "F32", "FLOAT16": "F16", "BFLOAT16": "BF16", "INT8": "I8"][name] ?? name
    return all.values.first { $0.name == usual }
  }

  /// The names of all types, in the order of their numbers in files.
  public static var names: [String] { all.sorted { $0.key < $1.key }.map(\.value.name) }

  /// The types by their number in files.
  static let all: [UInt32: TensorType] = {
    let blocks: [(UInt32, String, Int, Int)] = [
      (0, "F32", 1, 4), (1, "F16", 1, 2), (2, "Q4_0", 32, 18), (3, "Q4_1", 32, 20), (6, "Q5_0", 32, 22),
      (7, "Q5_1", 32, 24), (8, "Q8_0", 32, 34), (9, "Q8_1", 32, 40), (10, "Q2_K", 256, 84),
      (11, "Q3_K", 256, 110), (12, "Q4_K", 256, 144), (13, "Q5_K", 256, 176), (14, "Q6_K", 256, 210),
      (15, "Q8_K", 256, 292), (16, "IQ2_XXS", 256, 66), (17, "IQ2_XS", 256, 74), (18, "IQ3_XXS", 256, 98),
      (19, "IQ1_S", 256, 50), (20, "IQ4_NL", 32, 18), (21, "IQ3_S", 256, 110), (22, "IQ2_S", 256, 82),
      (23, "IQ4_XS", 256, 136), (24, "I8", 1, 1), (25, "I16", 1, 2), (26, "I32", 1, 4), (27, "I64", 1, 8),
      (28, "F64", 1, 8), (29, "IQ1_M", 256, 56), (30, "BF16", 1, 2), (34, "TQ1_0", 256, 54),
      (35, "TQ2_0", 256, 66), (39, "MXFP4", 32, 17), (40, "NVFP4", 64, 36), (41, "Q1_0", 128, 18),
    ]
    return Dictionary(
      uniqueKeysWithValues: blocks.map { ($0.0, TensorType(name: $0.1, elements: $0.2, bytes: $0.3)) })
  }()

  static let float32 = TensorType(name: "F32", elements: 1, bytes: 4)
  public static let float16 = TensorType(name: "F16", elements: 1, bytes: 2)
}
