import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The elements of an XML text, in the order in which they begin.
public struct XMLContent: Sendable {
  public struct Element: Sendable {
    public var name: String
    public var attributes: [String: String]
    /// With what is inside its own elements.
    public var text = ""

    /// An attribute that is a number.
    public func number(_ attribute: String) -> Double? { attributes[attribute].flatMap(Double.init) }
  }

  public private(set) var elements: [Element]

  /// `nil` where the text is not well-formed.
  public init?(_ text: String) {
    let reader = Reader()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = reader
    guard parser.parse() else { return nil }
    elements = reader.elements
  }

  public subscript(name: String) -> [Element] { elements.filter { $0.name == name } }

  /// The texts of all elements of a name.
  public func texts(_ name: String) -> [String] { self[name].map(\.text) }

  private final class Reader: NSObject, XMLParserDelegate {
    var elements: [Element] = []
    private var open: [Int] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      open.append(elements.count)
      elements.append(Element(name: name, attributes: attributes))
    }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) { open.removeLast() }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
      for index in open { elements[index].text += string }
    }
  }
}
