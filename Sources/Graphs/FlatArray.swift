/// Plain numbers in memory of their own, read without reference counting or checks for sharing.
///
/// Its maker fills it and then only reads it, or keeps it to one thread: that is what makes it safe to send.
/// Bounds are checked in debug builds.
final class FlatArray<Element: BitwiseCopyable>: @unchecked Sendable {
  private let elements: UnsafeMutablePointer<Element>
  let count: Int

  init(repeating element: Element, count: Int) {
    self.count = count
    elements = .allocate(capacity: max(1, count))
    elements.initialize(repeating: element, count: count)
  }

  init(_ sequence: some Collection<Element>) {
    count = sequence.count
    elements = .allocate(capacity: max(1, count))
    _ = UnsafeMutableBufferPointer(start: elements, count: count).initialize(from: sequence)
  }

  init(copying other: FlatArray) {
    count = other.count
    elements = .allocate(capacity: max(1, count))
    elements.initialize(from: other.elements, count: count)
  }

  deinit { elements.deallocate() }

  @inline(__always)
  subscript(index: Int) -> Element {
    get {
      assert(index >= 0 && index < count)
      return elements[index]
    }
    set {
      assert(index >= 0 && index < count)
      elements[index] = newValue
    }
  }

  /// The address of one element, for changes in place.
  @inline(__always)
  func address(_ index: Int) -> UnsafeMutablePointer<Element> {
    assert(index >= 0 && index < count)
    return elements + index
  }

  func fill(_ element: Element) { elements.update(repeating: element, count: count) }
}
