import Foundations

/// Writes JSON that people can read: two spaces of indentation, short objects and lists on one line.
public struct JSONWriter {
  /// The text of a value, with a line break at its end.
  ///
  /// Numbers have the shortest form that reads back as the same `Double`. A number that is not finite becomes null, since
  /// JSON has no form for it. An object or list is kept on one line if it fits, unless a list in it holds objects.
  public static func text(of value: JSONValue) -> String {
    var writer = JSONWriter()
    writer.append(value, indentation: 0, used: 0)
    writer.append("\n")
    return String(decoding: writer.output, as: UTF8.self)
  }

  private static let lineLength = 110
  private var output: [UInt8] = []

  /// - Parameter used: the number of bytes that are on the line already.
  private mutating func append(_ value: JSONValue, indentation: Int, used: Int) {
    let start = output.count
    if appendCompact(value, limit: start + Self.lineLength - used) { return }
    output.removeSubrange(start...)
    guard let parts = value.parts else { return append(scalar: value) }
    append(parts.begin)
    for index in 0..<parts.count {
      append(index == 0 ? "\n" : ",\n")
      output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation + 2))
      let start = output.count
      let part = value.part(index)
      append(key: part.key)
      append(part.value, indentation: indentation + 2, used: indentation + 2 + output.count - start)
    }
    append("\n")
    output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation))
    append(parts.end)
  }

  /// Appends a value on one line.
  ///
  /// - Returns: `false`, with a part of it appended, if it grows beyond `limit` or should not be on one line.
  private mutating func appendCompact(_ value: JSONValue, limit: Int) -> Bool {
    if let parts = value.parts {
      append(parts.begin)
      for index in 0..<parts.count {
        let part = value.part(index)
        if part.key == nil, case .object = part.value { return false }
        if index > 0 { append(", ") }
        append(key: part.key)
        guard appendCompact(part.value, limit: limit) else { return false }
      }
      append(parts.end)
    } else {
      append(scalar: value)
    }
    return output.count <= limit
  }

  private mutating func append(_ text: StaticString) { text.withUTF8Buffer { output.append(contentsOf: $0) } }

  private mutating func append(key: String?) {
    guard let key else { return }
    append(quoted: key)
    append(": ")
  }

  private mutating func append(scalar value: JSONValue) {
    switch value {
    case .boolean(let value): append(value ? "true" : "false")
    case .number(let value) where value.isFinite:
      let text = value.description
      output.append(contentsOf: (text.hasSuffix(".0") ? text.dropLast(2) : text[...]).utf8)
    case .string(let value): append(quoted: value)
    default: append("null")
    }
  }

  /// Appends a string; control characters and those that change what a terminal shows are escaped.
  private mutating func append(quoted text: String) {
    append("\"")
    let isPlain = text.utf8.allSatisfy {
      (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
    if isPlain {
      output.append(contentsOf: text.utf8)
    } else {
      for scalar in text.unicodeScalars { output.append(contentsOf: Self.escaped(scalar).utf8) }
    }
    append("\"")
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"": "\\\""
    case "\\": "\\\\"
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default: TerminalText.isUnsafe(scalar) ? TerminalText.escape(scalar) : String(scalar)
    }
  }
}

extension JSONValue {
  /// The brackets and the number of the elements of a list or the members of an object; `nil` for other values.
  fileprivate var parts: (begin: StaticString, count: Int, end: StaticString)? {
    switch self {
    case .array(let elements): ("[", elements.count, "]")
    case .object(let members): ("{", members.count, "}")
    default: nil
    }
  }

  /// An element of a list, or a member of an object.
  fileprivate func part(_ index: Int) -> (key: String?, value: JSONValue) {
    switch self {
    case .array(let elements): (nil, elements[index])
    case .object(let members): (members[index].key, members[index].value)
    default: (nil, self)
    }
  }
}
