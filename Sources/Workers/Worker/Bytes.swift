/// Writes numbers and arrays one after the other, each array after its length.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func reserveCapacity(_ capacity: Int) { bytes.reserveCapacity(capacity) }

  mutating func append<Number: BitwiseCopyable>(_ number: Number) {
    withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
  }

  /// Appends the bytes of an array as they are in memory.
  mutating func append<Number: BitwiseCopyable>(array: [Number]) {
    append(UInt64(array.count))
    array.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  mutating func append(_ text: String) { append(array: Array(text.utf8)) }

  /// Appends a flag, and then the number, or 0 for `nil`.
  mutating func append(optional number: Double?) {
    append(UInt8(number == nil ? 0 : 1))
    append(number ?? 0)
  }

  /// Appends a flag, and then the number, or 0 for `nil`.
  mutating func append<Number: FixedWidthInteger & BitwiseCopyable>(optional number: Number?) {
    append(UInt8(number == nil ? 0 : 1))
    append(number ?? 0)
  }

  /// Appends a flag, and then the array, or an empty one for `nil`.
  mutating func append(optionalArray array: [Double]?) {
    append(UInt8(array == nil ? 0 : 1))
    append(array: array ?? [])
  }
}

/// Reads numbers and arrays that a ``ByteWriter`` wrote. Every length is checked against the number of bytes left.
struct ByteReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type
  ) throws(FrameError) -> Number {
    try take(MemoryLayout<Number>.size) { $0.loadUnaligned(as: Number.self) }
  }

  mutating func double() throws(FrameError) -> Double { Double(bitPattern: try number(UInt64.self)) }

  mutating func flag() throws(FrameError) -> Bool {
    switch try number(UInt8.self) {
    case 0: false
    case 1: true
    case let other: throw .malformed("\(other) is neither 0 nor 1")
    }
  }

  /// Reads an array of numbers, for which every pattern of bits is valid.
  mutating func array<Number: BitwiseCopyable & Numeric>(
    of type: Number.Type
  ) throws(FrameError) -> [Number] {
    let count = try number(UInt64.self)
    let stride = MemoryLayout<Number>.stride
    guard count <= UInt64(rest.count / stride) else { throw .malformed("an array is longer than its frame") }
    return try take(Int(count) * stride) { source in
      [Number](unsafeUninitializedCapacity: Int(count)) { target, filled in
        UnsafeMutableRawBufferPointer(target).copyMemory(from: source)
        filled = Int(count)
      }
    }
  }

  /// Reads a text. Bytes that are not UTF-8 become replacement characters.
  mutating func text() throws(FrameError) -> String {
    String(decoding: try array(of: UInt8.self), as: UTF8.self)
  }

  mutating func optionalDouble() throws(FrameError) -> Double? {
    let isPresent = try flag()
    let value = try double()
    return isPresent ? value : nil
  }

  mutating func optional<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type
  ) throws(FrameError) -> Number? {
    let isPresent = try flag()
    let value = try number(type)
    return isPresent ? value : nil
  }

  mutating func optionalArray() throws(FrameError) -> [Double]? {
    let isPresent = try flag()
    let values = try array(of: Double.self)
    return isPresent ? values : nil
  }

  private mutating func take<Value>(
    _ count: Int, _ read: (UnsafeRawBufferPointer) -> Value
  ) throws(FrameError) -> Value {
    guard count <= rest.count else { throw .malformed("it ends too early") }
    let value = rest.prefix(count).withUnsafeBytes(read)
    rest = rest.dropFirst(count)
    return value
  }
}
