/// The formats of instances and plans.
public enum FileFormat: Sendable, CaseIterable {
  case json, yaml

  /// The format of a file: by its extension, otherwise by its first byte that is not blank.
  static func of(file: String, bytes: [UInt8]) -> FileFormat {
    let name = file.split(separator: "/").last.map { $0.lowercased() } ?? ""
    if name.hasSuffix(".json") { return .json }
    if name.hasSuffix(".yaml") || name.hasSuffix(".yml") { return .yaml }
    let blank = Set(" \t\r\n".utf8).union(ByteOrderMark.utf8)
    // UTF-16 and UTF-32 are passed to the JSON parser too, whose error names them.
    guard let first = bytes.first(where: { !blank.contains($0) }) else { return .json }
    return first == UInt8(ascii: "{") || ByteOrderMark.wideEncoding(of: bytes) != nil ? .json : .yaml
  }
}
