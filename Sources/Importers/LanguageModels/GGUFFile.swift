import Documents
import Foundations

/// The header and the tensor table of a GGUF file, versions 1 to 3
/// (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md). The weights behind them are not read.
public struct GGUFFile: Sendable {
  let file: String
  /// The keys with numbers, texts and short lists of numbers.
  private(set) var metadata: [String: Value] = [:]
  private(set) var tensors: [Tensor] = []

  enum Value: Sendable, Equatable {
    case integer(Int)
    case real(Double)
    case flag(Bool)
    case text(String)
    case integers([Int])
    /// A list of texts, of real numbers, or of very many numbers.
    case other
  }

  struct Tensor: Sendable, Equatable {
    var name: String
    /// The dimensions, the innermost first.
    var dimensions: [Int]
    var type: TensorType

    var elements: Double { dimensions.reduce(1) { $0 * Double($1) } }
    /// The size [byte].
    var bytes: Double { type.bytes(of: elements) }
  }

  private static let mostEntries = 1_000_000
  private static let longestText = 1 << 26
  private static let keptNumbers = 4096

  /// Reads the header of a file ("-" is standard input), and of its other parts if the model is in several files, in time
  /// linear in the size of the headers.
  ///
  /// - Throws: if a file cannot be read, is no GGUF file or ends too early; the message names the byte.
  public static func read(file: String) throws(InputError) -> GGUFFile {
    var whole = try GGUFFile(ByteStream(file: file))
    let count = whole.integer("split.count") ?? 1
    guard count > 1 else { return whole }
    guard let place = file.firstRange(of: /-\d{5}-of-\d{5}\.gguf/)?.lowerBound, count <= 1000 else {
      throw InputError(
        file: file,
        message: "this is one of \(count) parts; their names must end with -00001-of-0000\(count).gguf")
    }
    whole.tensors = []
    for part in 1...count {
      func digits(_ number: Int) -> String { String(String(100_000 + number).dropFirst()) }
      let name = "\(file[..<place])-\(digits(part))-of-\(digits(count)).gguf"
      let header = try GGUFFile(ByteStream(file: name))
      if part == 1 { whole.metadata = header.metadata }
      whole.tensors += header.tensors
    }
    return whole
  }

  private init(_ stream: ByteStream) throws(InputError) {
    file = stream.file
    guard try Array(stream.bytes(4)) == Array("GGUF".utf8) else {
      throw InputError(file: file, message: "this is no GGUF file: it does not begin with \"GGUF\"")
    }
    let version = try stream.integer(UInt32.self)
    guard !(1...3).contains(version.byteSwapped) else {
      throw InputError(
        file: file,
        message:
          "this GGUF file is big-endian, which is not read; convert it with gguf_convert_endian.py of llama.cpp"
      )
    }
    guard (1...3).contains(version) else {
      throw InputError(file: file, message: "this GGUF file has version \(version); versions 1 to 3 are read")
    }
    let reader = Reader(stream: stream, hasShortLengths: version == 1)
    let (tensorCount, keyCount) = (try reader.count("tensors"), try reader.count("keys"))
    for _ in 0..<keyCount {
      let key = try reader.text()
      metadata[key] = try reader.value(stream.integer(UInt32.self))
    }
    for _ in 0..<tensorCount { tensors.append(try reader.tensor()) }
  }

  /// Reads the parts of a header.
  private struct Reader {
    let stream: ByteStream
    /// Whether lengths have 32 bits, as in version 1.
    let hasShortLengths: Bool

    func error(_ message: String) -> InputError {
      InputError(file: stream.file, message: "byte \(stream.position): \(message); the file is damaged")
    }

    func length() throws(InputError) -> UInt64 {
      hasShortLengths ? UInt64(try stream.integer(UInt32.self)) : try stream.integer(UInt64.self)
    }

    func count(_ what: String) throws(InputError) -> Int {
      let count = try length()
      guard count <= UInt64(GGUFFile.mostEntries) else { throw error("there are \(count) \(what)") }
      return Int(count)
    }

    func text() throws(InputError) -> String {
      let length = try length()
      guard length <= UInt64(GGUFFile.longestText) else { throw error("a text has \(length) bytes") }
      return String(decoding: try stream.bytes(Int(length)), as: UTF8.self)
    }

    /// A value of one of the format's types, which have numbers.
    func value(_ type: UInt32) throws(InputError) -> Value {
      switch type {
      case 0: .integer(Int(try stream.integer(UInt8.self)))
      case 1: .integer(Int(try stream.integer(Int8.self)))
      case 2: .integer(Int(try stream.integer(UInt16.self)))
      case 3: .integer(Int(try stream.integer(Int16.self)))
      case 4: .integer(Int(try stream.integer(UInt32.self)))
      case 5: .integer(Int(try stream.integer(Int32.self)))
      case 6: .real(Double(Float(bitPattern: try stream.integer(UInt32.self))))
      case 7: .flag(try stream.integer(UInt8.self) != 0)
      case 8: .text(try text())
      case 9: try list()
      case 10: .integer(Int(clamping: try stream.integer(UInt64.self)))
      case 11: .integer(Int(clamping: try stream.integer(Int64.self)))
      case 12: .real(Double(bitPattern: try stream.integer(UInt64.self)))
      default: throw error("a key has the type \(type), which does not exist")
      }
    }

    private static let sizes: [UInt32: Int] = [
      0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8,
    ]

    private func list() throws(InputError) -> Value {
      let type = try stream.integer(UInt32.self)
      let count = try length()
      guard count <= UInt64(GGUFFile.longestText) else { throw error("a list has \(count) elements") }
      if type == 8 {
        for _ in 0..<count { try stream.skip(text(length())) }
        return .other
      }
      guard let size = Self.sizes[type] else { throw error("a list of the type \(type) is not supported") }
      guard count <= UInt64(GGUFFile.keptNumbers), type != 6, type != 12 else {
        try stream.skip(Int(count) * size)
        return .other
      }
      var numbers: [Int] = []
      for _ in 0..<count {
        switch try value(type) {
        case .integer(let number): numbers.append(number)
        case .flag(let flag): numbers.append(flag ? 1 : 0)
        default: break
        }
      }
      return .integers(numbers)
    }

    private func text(_ length: UInt64) throws(InputError) -> Int {
      guard length <= UInt64(GGUFFile.longestText) else { throw error("a text has \(length) bytes") }
      return Int(length)
    }

    func tensor() throws(InputError) -> Tensor {
      let name = try text()
      let rank = try stream.integer(UInt32.self)
      guard rank <= 8 else { throw error("a tensor has \(rank) dimensions") }
      var dimensions: [Int] = []
      for _ in 0..<rank {
        let dimension = try length()
        guard dimension <= 1 << 40 else { throw error("a tensor has a dimension of \(dimension)") }
        dimensions.append(Int(dimension))
      }
      let number = try stream.integer(UInt32.self)
      guard let type = TensorType.all[number] else {
        throw error("the tensor \(TerminalText.quoted(name)) has the type \(number), which is not known")
      }
      _ = try stream.integer(UInt64.self)
      return Tensor(name: name, dimensions: dimensions, type: type)
    }
  }
}

extension GGUFFile {
  func integer(_ key: String) -> Int? {
    if case .integer(let value)? = metadata[key] { value } else { nil }
  }

  func text(_ key: String) -> String? { if case .text(let value)? = metadata[key] { value } else { nil } }

  /// A number for a block: the same for all blocks, or one from a list.
  func integer(_ key: String, ofBlock block: Int) -> Int? {
    switch metadata[key] {
    case .integer(let value)?: value
    case .integers(let values)? where block < values.count: values[block]
    default: nil
    }
  }
}
