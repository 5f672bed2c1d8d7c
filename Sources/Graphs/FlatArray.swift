/// Plain numbers in memory of their own, read without reference counting or checks for sharing.
///
/// Its maker fills it and then only reads it, or keeps it to one thread: that is what makes it safe to send.
/// Bounds are checked in debug builds.
final class FlatArray<Element: BitwiseCopyable>: @unchecked Sendable {
  private let elements: UnsafeMutablePointer<Element>
  let count: Int

  init(_ sequence: some Collection<Element>) {
    count = sequence.count
    elements = .allocate(capacity: max(1, count))
    _ = UnsafeMutableBufferPointer(start: elements, count: count).initialize(from: sequence)
  }

  init(repeating element: Element, count: Int) {
    self.count = count
    elements = .allocate(capacity: max(1, count))
    elements.initialize(repeating: element, count: count)
  }

  convenience init(copying other: FlatArray) {
    self.init(UnsafeBufferPointer(start: other.elements, count: other.count))
  }

  deinit { elements.deallocate() }

  @inline(__always)
  subscript(index: Int) -> Element {
    get { address(index).pointee }
    set { address(index).pointee = newValue }
  }

  /// The address of one element, for changes in place.
  @inline(__always)
  func address(_ index: Int) -> UnsafeMutablePointer<Element> {
    assert(index >= 0 && index < count)
    return elements + index
  }

  func fill(_ element: Element) { elements.update(repeating: element, count: count) }
}

extension FlatArray<Int32> {
  /// The nodes from `node` on, if each entry is the node that follows, and -1 at the last.
  func chain(from node: Int) -> [Int] {
    var nodes = [node]
    while self[nodes[nodes.count - 1]] >= 0 { nodes.append(Int(self[nodes[nodes.count - 1]])) }
    return nodes
  }
}
