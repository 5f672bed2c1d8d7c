import Documents

/// Checks the tags of an XML file before it is parsed, and refuses those with which a small file could keep the parser
/// busy for ever. These are declarations in the document type (entities that stand for gigabytes, attributes that every
/// element gets) and tags with very many attributes, since libxml2 compares every attribute with all others.
struct XMLScan {
  private let document: Document
  private var position = 0

  /// The largest length of a tag [byte].
  private static let tagLimit = 1 << 16

  /// Checks UTF-8, in time linear in the number of bytes.
  static func check(_ document: Document) throws(InputError) {
    var scan = XMLScan(document: document)
    while let start = scan.bytes[scan.position...].firstIndex(of: UInt8(ascii: "<")) {
      scan.position = start
      if let (_, end) = Self.passages.first(where: { scan.begins(with: $0.start) }) {
        scan.skip(to: end)
      } else {
        try scan.passTag()
      }
    }
  }

  private var bytes: [UInt8] { document.bytes }

  /// The beginnings and ends of passages that may contain any text.
  private static let passages = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")].map {
    (start: Array($0.0.utf8), end: Array($0.1.utf8))
  }

  private func begins(with word: [UInt8]) -> Bool { bytes[position...].starts(with: word) }

  private mutating func skip(to end: [UInt8]) {
    while position < bytes.count, !begins(with: end) { position += 1 }
  }

  private mutating func passTag() throws(InputError) {
    let start = position
    let isDeclaration = begins(with: Array("<!".utf8))
    var quote: UInt8?
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: ">") {
        break
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if isDeclaration, byte == UInt8(ascii: "[") {
        throw document.error(
          byte: start, "declarations inside the document type are not supported; remove them")
      }
      guard position - start <= Self.tagLimit else {
        throw document.error(byte: start, "this tag is longer than \(Self.tagLimit) bytes")
      }
    }
  }
}
