import Documents

/// Checks the bytes of an ONNX file before they are decoded (https://protobuf.dev/programming-guides/encoding): says where
/// a file is damaged, and refuses files that would take too much memory once decoded. The decoder of the Protocol Buffers
/// library does neither.
struct ProtobufScan {
  private let file: String
  private let bytes: UnsafeRawBufferPointer
  private var fieldsLeft = Self.fieldLimit
  private var messagesLeft = Self.messageLimit

  /// The largest number of fields. A decoded field takes a few bytes more than in the file.
  private static let fieldLimit = 20_000_000
  /// The largest number of messages. A decoded message takes some hundred bytes, even if it is empty.
  private static let messageLimit = 4_000_000
  /// How deeply messages may be nested.
  private static let depthLimit = 90

  /// Checks a file in time linear in the number of fields; the data in them are skipped.
  ///
  /// - Throws: if the bytes are not a Protocol Buffers message, or exceed a limit; the message names the place.
  static func check(_ bytes: [UInt8], file: String) throws(InputError) {
    let result: Result<Void, InputError> = bytes.withUnsafeBytes { buffer in
      var scan = ProtobufScan(file: file, bytes: buffer)
      do throws(InputError) {
        return .success(try scan.message(.model, 0..<buffer.count, path: "", depth: 0))
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  /// The kinds of messages in the schema. The scan looks for no further messages inside a leaf.
  private enum Kind {
    case model, graph, node, function, attribute, sparseTensor, valueInfo, type, tensorType, shape, leaf

    /// The fields that are messages, with their names.
    func field(_ number: UInt64) -> (kind: Kind, name: String, isRepeated: Bool)? {
      switch (self, number) {
      case (.model, 7): (.graph, "graph", false)
      case (.model, 8): (.leaf, "opset_import", true)
      case (.model, 25): (.function, "functions", true)
      case (.graph, 1), (.function, 7): (.node, "node", true)
      case (.graph, 5): (.leaf, "initializer", true)
      case (.graph, 11): (.valueInfo, "input", true)
      case (.graph, 12): (.valueInfo, "output", true)
      case (.graph, 13): (.valueInfo, "value_info", true)
      case (.graph, 15): (.sparseTensor, "sparse_initializer", true)
      case (.node, 5): (.attribute, "attribute", true)
      case (.function, 11): (.attribute, "attribute_proto", true)
      case (.attribute, 5): (.leaf, "t", false)
      case (.attribute, 6): (.graph, "g", false)
      case (.sparseTensor, 1): (.leaf, "values", false)
      case (.valueInfo, 2): (.type, "type", false)
      case (.type, 1): (.tensorType, "tensor_type", false)
      case (.tensorType, 2): (.shape, "shape", false)
      case (.shape, 1): (.leaf, "dim", true)
      default: nil
      }
    }
  }

  private mutating func message(
    _ kind: Kind, _ range: Range<Int>, path: String, depth: Int
  ) throws(InputError) {
    guard depth <= Self.depthLimit else {
      throw tooLarge(range.lowerBound, path, "messages are nested more than \(Self.depthLimit) deep")
    }
    messagesLeft -= 1
    guard messagesLeft >= 0 else {
      throw tooLarge(
        range.lowerBound, path, "there are more than \(Self.messageLimit) nodes, attributes and shapes")
    }
    var counts: [UInt64: Int] = [:]
    var position = range.lowerBound
    while position < range.upperBound {
      let start = position
      fieldsLeft -= 1
      guard fieldsLeft >= 0 else {
        throw tooLarge(start, path, "there are more than \(Self.fieldLimit) fields")
      }
      let tag = try varint(&position, range.upperBound, path)
      let number = tag >> 3
      guard number > 0, number < 1 << 29 else { throw error(start, path, "this is not a field of a message") }
      switch tag & 7 {
      case 0: _ = try varint(&position, range.upperBound, path)
      case 1: position += 8
      case 5: position += 4
      case 2:
        let length = try varint(&position, range.upperBound, path)
        guard length <= UInt64(range.upperBound - position) else {
          let left = range.upperBound - position
          throw error(start, path, "a field of \(length) bytes is cut off after \(left)")
        }
        let contents = position..<position + Int(length)
        if let inner = kind.field(number) {
          let count = counts[number, default: 0]
          counts[number] = count + 1
          let name = inner.isRepeated ? "\(inner.name)[\(count)]" : inner.name
          try message(inner.kind, contents, path: path.isEmpty ? name : path + "." + name, depth: depth + 1)
        }
        position = contents.upperBound
      default: throw error(start, path, "this is not a field of a message")
      }
      guard position <= range.upperBound else { throw error(start, path, "a number is cut off") }
    }
  }

  /// Reads a number of seven bits a byte, the lowest first. The highest bit of a byte says that another one follows.
  private func varint(_ position: inout Int, _ end: Int, _ path: String) throws(InputError) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < end else { throw error(start, path, "a number is cut off") }
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw error(start, path, "a number has more than ten bytes")
  }

  private func error(_ byte: Int, _ path: String, _ message: String) -> InputError {
    let reason = "this is not an ONNX file, or only a part of one"
    return InputError(file: file, path: path, message: "byte \(byte): \(message); \(reason)")
  }

  private func tooLarge(_ byte: Int, _ path: String, _ message: String) -> InputError {
    InputError(file: file, path: path, message: "byte \(byte): \(message), which is not supported")
  }
}
