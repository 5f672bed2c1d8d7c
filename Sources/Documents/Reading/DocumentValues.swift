import Foundations

/// Typed values of a document; a value of another type is an error that names its type.
extension Document {
  /// Parses a file in one of the formats.
  package static func parse(_ bytes: [UInt8], format: FileFormat, file: String) throws(InputError) -> Document
  {
    switch format {
    case .json: try JSONParser.parse(bytes, file: file)
    case .yaml: try YAMLParser.parse(bytes, file: file)
    }
  }

  /// Parses a file in the format that its name or its beginning tells.
  static func parse(_ bytes: [UInt8], file: String) throws(InputError) -> Document {
    if let remark = ForeignFormat.remark(on: bytes, file: file) {
      throw InputError(file: file, message: remark)
    }
    return try parse(bytes, format: .of(file: file, bytes: bytes), file: file)
  }

  /// The value of a key, without checking the other keys; `nil` also if the token is no object.
  package func member(_ name: String, of token: Int) -> Int? {
    guard tokens[token].kind == .object else { return nil }
    return keys(of: token).first { text($0).utf8.elementsEqual(name.utf8) }.map { $0 + 1 }
  }

  /// The keys and values of an object that may have any keys.
  package func members(of token: Int) throws(InputError) -> [(key: Int, value: Int)] {
    try check(token, is: .object)
    return keys(of: token).map { ($0, $0 + 1) }
  }

  /// The tokens of an object's keys; the value of each follows it.
  func keys(of token: Int) -> some Sequence<Int> {
    let end = indexAfter(token)
    return sequence(first: token + 1) { self.indexAfter($0 + 1) }.lazy.prefix { $0 < end }
  }

  package func elements(of token: Int) throws(InputError) -> [Int] {
    try check(token, is: .array)
    return children(of: token)
  }

  package func string(_ token: Int) throws(InputError) -> String {
    guard isString(token) else {
      let isScalar = tokens[token].kind == .number || tokens[token].kind == .boolean
      throw wrongKind(token, "a string", hint: isScalar ? "; put it in quotation marks" : "")
    }
    return text(token)
  }

  package func name(_ token: Int) throws(InputError) -> Name { Name(try string(token)) }

  /// A name that is not empty.
  package func identifier(_ token: Int) throws(InputError) -> Name {
    let name = try name(token)
    guard !name.text.isEmpty else { throw error(token, "an id must not be empty") }
    return name
  }

  package func flag(_ token: Int) throws(InputError) -> Bool {
    guard tokens[token].kind == .boolean else { throw wrongKind(token, "true or false") }
    return boolean(token)
  }

  /// A number without a unit.
  package func finiteNumber(_ token: Int) throws(InputError) -> Double {
    guard tokens[token].kind == .number else { throw wrongKind(token, "a number") }
    let value = number(token)
    guard value.isFinite else { throw error(token, "this is not a finite number") }
    return value
  }

  package func nonNegativeNumber(_ token: Int) throws(InputError) -> Double {
    let value = try finiteNumber(token)
    guard value >= 0 else { throw error(token, "must not be negative") }
    return value + 0  // -0 becomes 0
  }

  /// A whole number from 0.
  package func index(_ token: Int) throws(InputError) -> Int {
    let value = try nonNegativeNumber(token)
    guard value.rounded() == value else { throw error(token, "must be a whole number") }
    guard let index = Int(exactly: value) else {
      throw error(token, "must be a whole number up to \(Int.max)")
    }
    return index
  }

  /// A quantity in its base unit: a number, or a string of a number and a unit.
  package func quantity(_ token: Int, _ quantity: Quantity) throws(InputError) -> Double {
    do {
      let reading: Quantity.Reading? =
        switch tokens[token].kind {
        case .string: try quantity.reading(of: bytes, in: contents(token))
        case .escapedString: try quantity.reading(of: text(token))
        default: nil
        }
      if let reading {
        if let text = reading.remark { remark?(text) }
        return reading.value
      }
    } catch {
      throw self.error(token, error.message)
    }
    guard tokens[token].kind == .number else {
      throw wrongKind(
        token, "a number in \(quantity.baseUnit) or a string with a unit (\(quantity.unitList))")
    }
    let value = try nonNegativeNumber(token)
    if let remark, let text = quantity.remark(onPlainNumber: value) { remark(text) }
    return value
  }

  /// A string that is a raw value of an enumeration.
  package func word<Word: RawRepresentable<String> & CaseIterable>(
    _ token: Int, _ type: Word.Type
  ) throws(InputError) -> Word {
    let word = Word(rawValue: try word(token, among: Word.allCases.map(\.rawValue)))
    guard let word else { preconditionFailure("it is a raw value") }
    return word
  }

  /// A string that is one of the words.
  package func word(_ token: Int, among words: [String]) throws(InputError) -> String {
    let text = try string(token)
    guard words.contains(text) else {
      let known = words.map { "\"\($0)\"" }.joined(separator: ", ")
      throw error(token, "\(TerminalText.quoted(text)) is not one of \(known)")
    }
    return text
  }

  /// Checks the version of the format that the object at a token declares.
  package func checkVersion(_ token: Int) throws(InputError) {
    try check(token, is: .object)
    guard let value = member("layerroute", of: token) else {
      // Files with a part of an instance are the ones most often mistaken for instances.
      let hint =
        member("nodes", of: token) != nil
        ? "this looks like a network; an instance refers to it by network: {file: ...}"
        : member("layers", of: token) != nil
          ? "this looks like a DNN; an instance refers to it by dnns: {NAME: {file: ...}}"
          : "this program reads version 1 (\"layerroute\": 1)"
      throw error(token, "the key \"layerroute\" is missing; \(hint)")
    }
    guard tokens[value].kind == .number, number(value) == 1 else {
      throw error(value, "this program reads version 1 of the format (\"layerroute\": 1)")
    }
  }

  package func check(_ token: Int, is kind: Kind) throws(InputError) {
    guard tokens[token].kind == kind else { throw wrongKind(token, kind == .object ? "an object" : "a list") }
  }

  private func wrongKind(_ token: Int, _ wanted: String, hint: String = "") -> InputError {
    error(token, "must be \(wanted), but this is \(kindName(token))\(hint)")
  }
}
