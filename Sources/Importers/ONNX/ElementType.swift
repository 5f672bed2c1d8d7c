/// The type of a tensor's elements, with the numbers of ONNX's TensorProto.DataType.
enum ElementType: Int32 {
  case float = 1
  case uint8, int8, uint16, int16, int32, int64, string, bool, float16, double, uint32, uint64, complex64
  case complex128, bfloat16, float8E4M3FN, float8E4M3FNUZ, float8E5M2, float8E5M2FNUZ, uint4, int4, float4E2M1
  case float8E8M0, uint2, int2, float6E2M3, float6E3M2

  /// The size of an element in a packed array [bit].
  var bits: Int {
    switch self {
    case .complex128: 128
    case .int64, .double, .uint64, .complex64: 64
    case .float, .int32, .uint32: 32
    case .uint16, .int16, .float16, .bfloat16: 16
    case .uint8, .int8, .bool, .float8E4M3FN, .float8E4M3FNUZ, .float8E5M2, .float8E5M2FNUZ, .float8E8M0: 8
    case .float6E2M3, .float6E3M2: 6
    case .uint4, .int4, .float4E2M1: 4
    case .uint2, .int2: 2
    // Strings have no fixed size; they are refused wherever the size would matter.
    case .string: 0
    }
  }

  /// Whether the elements are real numbers. Constants of such a type count as parameters.
  var isFloat: Bool {
    switch self {
    case .float, .float16, .double, .bfloat16, .float8E4M3FN, .float8E4M3FNUZ, .float8E5M2, .float8E5M2FNUZ,
      .float4E2M1, .float8E8M0, .float6E2M3, .float6E3M2:
      true
    default: false
    }
  }
}
