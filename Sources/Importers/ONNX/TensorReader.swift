import Foundation

/// Reads the constants of a file.
enum TensorReader {
  /// A constant, with its elements if they are in the file and few.
  static func tensor(_ proto: ONNXTensorProto) throws(NodeFault) -> Tensor {
    let type = try elementType(proto.dataType)
    let shape = try Shape(proto.dims.map { Int(clamping: $0) })
    return Tensor(type, shape, proto.dataLocation == 1 ? nil : try contents(proto, type, shape.elementCount))
  }

  /// The element type that a file names by number.
  static func elementType(_ number: Int32) throws(NodeFault) -> ElementType {
    guard let type = ElementType(rawValue: number) else {
      throw NodeFault("the element type \(number) does not exist")
    }
    return type
  }

  /// The elements; `nil` if they are absent, many, or of a type from which no shape is computed.
  private static func contents(
    _ proto: ONNXTensorProto, _ type: ElementType, _ count: Int
  ) throws(NodeFault) -> Contents? {
    if !proto.rawData.isEmpty {
      let expected = (count * type.bits + 7) / 8
      guard type == .string || proto.rawData.count == expected else {
        throw NodeFault("the tensor should have \(expected) bytes of data, but has \(proto.rawData.count)")
      }
      return count <= Contents.limit ? rawContents(proto.rawData, type) : nil
    }
    let given = listedContents(proto, type)
    guard given.count == count || given.count == 0 else {
      throw NodeFault("the tensor should have \(count) elements, but has \(given.count)")
    }
    return given.count == count && count <= Contents.limit ? given : nil
  }

  private static func listedContents(_ proto: ONNXTensorProto, _ type: ElementType) -> Contents {
    switch type {
    case .float: .reals(proto.floatData.map(Double.init))
    case .double: .reals(proto.doubleData)
    case .int64: .integers(proto.int64Data.map { Int($0) })
    case .uint32, .uint64: .integers(proto.uint64Data.map { Int(clamping: $0) })
    case .int32, .int16, .int8, .uint16, .uint8, .bool: .integers(proto.int32Data.map { Int($0) })
    // Each integer holds the bits of a 16-bit number.
    case .float16: .reals(proto.int32Data.map { half(UInt16(truncatingIfNeeded: $0)) })
    case .bfloat16:
      .reals(proto.int32Data.map { Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0) << 16)) })
    default: .integers([])
    }
  }

  private static func rawContents(_ data: Data, _ type: ElementType) -> Contents? {
    switch type {
    case .float: .reals(data.littleEndian(UInt32.self).map { Double(Float(bitPattern: $0)) })
    case .double: .reals(data.littleEndian(UInt64.self).map { Double(bitPattern: $0) })
    case .float16: .reals(data.littleEndian(UInt16.self).map(half))
    case .bfloat16: .reals(data.littleEndian(UInt16.self).map { Double(Float(bitPattern: UInt32($0) << 16)) })
    case .int64: .integers(data.littleEndian(UInt64.self).map { Int(truncatingIfNeeded: $0) })
    case .uint64: .integers(data.littleEndian(UInt64.self).map { Int(clamping: $0) })
    case .int32: .integers(data.littleEndian(UInt32.self).map { Int(Int32(bitPattern: $0)) })
    case .uint32: .integers(data.littleEndian(UInt32.self).map { Int($0) })
    case .int16: .integers(data.littleEndian(UInt16.self).map { Int(Int16(bitPattern: $0)) })
    case .uint16: .integers(data.littleEndian(UInt16.self).map { Int($0) })
    case .int8: .integers(data.map { Int(Int8(bitPattern: $0)) })
    case .uint8: .integers(data.map { Int($0) })
    case .bool: .integers(data.map { $0 == 0 ? 0 : 1 })
    default: nil
    }
  }

  /// The value of a 16-bit floating-point number; `Float16` does not exist on every processor.
  private static func half(_ bits: UInt16) -> Double {
    let sign = bits >> 15 == 0 ? 1.0 : -1.0
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = Double(bits & 0x3FF) / 1024
    switch exponent {
    case 0: return sign * fraction * 0x1p-14
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * (1 + fraction) * Double(sign: .plus, exponent: exponent - 15, significand: 1)
    }
  }
}

extension Data {
  /// The bytes as integers, the lowest byte first.
  fileprivate func littleEndian<Word: FixedWidthInteger & UnsignedInteger>(_ type: Word.Type) -> [Word] {
    let size = Word.bitWidth / 8
    return stride(from: startIndex, to: endIndex - size + 1, by: size).map { start in
      self[start..<start + size].reversed().reduce(0) { $0 << 8 | Word($1) }
    }
  }
}
