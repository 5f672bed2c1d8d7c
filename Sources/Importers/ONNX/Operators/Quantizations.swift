/// Conversions between numbers and their quantised form: scale and shift.
extension NodeContext {
  static let quantizations: Set<String> = ["DequantizeLinear", "DynamicQuantizeLinear", "QuantizeLinear"]

  func quantization() throws(NodeFault) -> Inference? {
    switch operatorName {
    case "QuantizeLinear":
      let type =
        try optionalInput(2) == nil ? attributes.elementType("output_dtype") ?? .uint8 : input(2).type
      return Inference(Tensor(type, try input(0).shape), perElement: 2)
    case "DequantizeLinear": return Inference(Tensor(try input(1).type, try input(0).shape), perElement: 2)
    case "DynamicQuantizeLinear":
      let shape = try input(0).shape
      // The minimum and the maximum have to be found first.
      return Inference(
        [Tensor(.uint8, shape), Tensor(.float, .scalar), Tensor(.uint8, .scalar)],
        otherFLOP: 4 * Double(shape.elementCount))
    default: return nil
    }
  }
}
