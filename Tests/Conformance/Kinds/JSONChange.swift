import Documents
import Problems

/// A change to one place of a JSON value.
struct JSONChange: Sendable, CustomStringConvertible {
  /// The keys and positions that lead to the place.
  let path: [Step]
  let kind: Kind

  enum Step: Hashable, Sendable {
    case key(String)
    case position(Int)
  }

  enum Kind: Sendable {
    case number(Double)
    case string(String)
    case boolean(Bool)
    /// Takes an element out of a list.
    case removal
    /// Puts a member into an object.
    case addition(JSONValue.Member)
  }

  var description: String {
    let place = path.map { step in
      switch step {
      case .key(let key): key
      case .position(let position): "\(position)"
      }
    }
    return "\(kind) at \(place.joined(separator: "."))"
  }

  func applied(to value: JSONValue) -> JSONValue { applied(to: value, path[...]) }

  private func applied(to value: JSONValue, _ path: ArraySlice<Step>) -> JSONValue {
    guard let step = path.first else { return changed(value) }
    let rest = path.dropFirst()
    switch (step, value) {
    case (.key(let key), .object(var members)):
      guard let index = members.firstIndex(where: { $0.key == key }) else { return value }
      members[index].value = applied(to: members[index].value, rest)
      return .object(members)
    case (.position(let position), .array(var elements)):
      if rest.isEmpty, case .removal = kind {
        elements.remove(at: position)
      } else {
        elements[position] = applied(to: elements[position], rest)
      }
      return .array(elements)
    default: return value
    }
  }

  private func changed(_ value: JSONValue) -> JSONValue {
    switch kind {
    case .number(let number): .number(number)
    case .string(let text): .string(text)
    case .boolean(let flag): .boolean(flag)
    case .removal: value
    case .addition(let member):
      if case .object(let members) = value { .object(members + [member]) } else { value }
    }
  }

  // MARK: All changes of a sort

  /// Another number, word or flag in each place that holds one, and each element of a list left out.
  static func corruptions(of value: JSONValue, at path: [Step] = []) -> [JSONChange] {
    switch value {
    case .null: []
    case .number(let number):
      [JSONChange(path: path, kind: .number(number == 0 ? 0.01 : number * 1.01))]
    case .string(let text): [JSONChange(path: path, kind: .string(text + "?"))]
    case .boolean(let flag): [JSONChange(path: path, kind: .boolean(!flag))]
    case .array(let elements):
      elements.indices.flatMap { position in
        let place = path + [.position(position)]
        return [JSONChange(path: place, kind: .removal)] + corruptions(of: elements[position], at: place)
      }
    case .object(let members):
      members.flatMap { corruptions(of: $0.value, at: path + [.key($0.key)]) }
    }
  }

  /// A member that no format knows, in each object.
  static func unknownKeys(in value: JSONValue, at path: [Step] = []) -> [JSONChange] {
    switch value {
    case .object(let members):
      [JSONChange(path: path, kind: .addition(.init("zzz", 1)))]
        + members.flatMap { unknownKeys(in: $0.value, at: path + [.key($0.key)]) }
    case .array(let elements):
      elements.indices.flatMap { unknownKeys(in: elements[$0], at: path + [.position($0)]) }
    case .null, .boolean, .number, .string: []
    }
  }
}

extension Document {
  /// The document that a value is the text of.
  static func of(_ value: JSONValue, file: String = "written") throws(InputError) -> Document {
    try parse(Array(JSONWriter.text(of: value).utf8), format: .json, file: file)
  }
}
