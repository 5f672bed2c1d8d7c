import Foundations

/// Writes JSON that people can read: two spaces of indentation, short objects and lists on one line.
public struct JSONWriter {
  /// The text of a value, with a line break at its end.
  ///
  /// Numbers have the shortest form that reads back as the same `Double`. A number that is not finite becomes null,
  /// since JSON has no form for it. An object or list is kept on one line if it fits, unless a list in it holds
  /// objects.
  public static func text(of value: JSONValue) -> String {
    var writer = JSONWriter()
    writer.append(value, indentation: 0, used: 0)
    writer.output.append(UInt8(ascii: "\n"))
    return String(decoding: writer.output, as: UTF8.self)
  }

  private static let lineLength = 110
  private var output: [UInt8] = []

  private init() {}
}

// MARK: - Layout

extension JSONWriter {
  /// - Parameter used: the number of bytes that are on the line already.
  private mutating func append(_ value: JSONValue, indentation: Int, used: Int) {
    let start = output.count
    if appendCompact(value, limit: start + Self.lineLength - used) { return }
    output.removeSubrange(start...)
    switch value {
    case .array(let elements):
      appendLines("[", "]", count: elements.count, indentation) { writer, index in
        writer.append(elements[index], indentation: indentation + 2, used: indentation + 2)
      }
    case .object(let members):
      appendLines("{", "}", count: members.count, indentation) { writer, index in
        let start = writer.output.count
        writer.append(quoted: members[index].key)
        writer.appendRaw(": ")
        let used = indentation + 2 + writer.output.count - start
        writer.append(members[index].value, indentation: indentation + 2, used: used)
      }
    default: appendScalar(value)
    }
  }

  private mutating func appendLines(
    _ begin: StaticString, _ end: StaticString, count: Int, _ indentation: Int,
    _ appendItem: (inout JSONWriter, Int) -> Void
  ) {
    appendRaw(begin)
    for index in 0..<count {
      appendRaw(index == 0 ? "\n" : ",\n")
      output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation + 2))
      appendItem(&self, index)
    }
    appendRaw("\n")
    output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation))
    appendRaw(end)
  }

  /// Appends a value on one line.
  ///
  /// - Returns: `false`, with a part of it appended, if it grows beyond `limit` or should not be on one line.
  private mutating func appendCompact(_ value: JSONValue, limit: Int) -> Bool {
    switch value {
    case .array(let elements):
      appendRaw("[")
      for (index, element) in elements.enumerated() {
        if case .object = element { return false }
        if index > 0 { appendRaw(", ") }
        guard appendCompact(element, limit: limit) else { return false }
      }
      appendRaw("]")
    case .object(let members):
      appendRaw("{")
      for (index, member) in members.enumerated() {
        if index > 0 { appendRaw(", ") }
        append(quoted: member.key)
        appendRaw(": ")
        guard appendCompact(member.value, limit: limit) else { return false }
      }
      appendRaw("}")
    default: appendScalar(value)
    }
    return output.count <= limit
  }
}

// MARK: - Scalars

extension JSONWriter {
  private mutating func appendRaw(_ text: StaticString) {
    text.withUTF8Buffer { output.append(contentsOf: $0) }
  }

  private mutating func appendScalar(_ value: JSONValue) {
    switch value {
    case .boolean(let value): appendRaw(value ? "true" : "false")
    case .number(let value) where value.isFinite: append(value)
    case .string(let value): append(quoted: value)
    default: appendRaw("null")
    }
  }

  private mutating func append(_ number: Double) {
    let text = number.description
    output.append(contentsOf: (text.hasSuffix(".0") ? text.dropLast(2) : text[...]).utf8)
  }

  /// Appends a string; control characters and those that change what a terminal shows are escaped.
  private mutating func append(quoted text: String) {
    output.append(UInt8(ascii: "\""))
    if text.utf8.allSatisfy({ $0 < 0x7F }) {
      for byte in text.utf8 { append(ascii: byte) }
    } else {
      for scalar in text.unicodeScalars { append(scalar) }
    }
    output.append(UInt8(ascii: "\""))
  }

  private mutating func append(_ scalar: Unicode.Scalar) {
    if scalar.value < 0x7F {
      append(ascii: UInt8(scalar.value))
    } else {
      let shown = TerminalText.isUnsafe(scalar) ? TerminalText.escape(scalar) : String(scalar)
      output.append(contentsOf: shown.utf8)
    }
  }

  private mutating func append(ascii byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): appendRaw("\\\"")
    case UInt8(ascii: "\\"): appendRaw("\\\\")
    case UInt8(ascii: "\n"): appendRaw("\\n")
    case UInt8(ascii: "\r"): appendRaw("\\r")
    case UInt8(ascii: "\t"): appendRaw("\\t")
    case 0..<0x20: output += Array(TerminalText.escape(Unicode.Scalar(byte)).utf8)
    default: output.append(byte)
    }
  }
}
