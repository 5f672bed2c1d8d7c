import Foundations

/// What a caller says about a model besides its file.
public struct ONNXRequest: Sendable {
  /// The sizes of dimensions by name. `input[axis]` is the size of one axis, whatever the file says about it.
  public var sizes: [String: Int]
  /// How unknown operators are handled.
  public var unknown: UnknownOperators
  /// The elements of inputs that decide branches or shapes, by the input's name; all elements of an input are equal.
  public var values: [String: Double]
  /// The inputs and outputs that hold a state between two runs.
  public var states: StateRule
  /// Tensors at which the model ends; empty for all of its outputs.
  public var until: [String]

  /// How unknown operators are handled.
  public enum UnknownOperators: Sendable {
    /// An unknown operator is an error, unless the file declares the shapes of its results.
    case refused
    /// The results have the shape to which the computed inputs broadcast, and each of their elements costs one FLOP.
    case elementwise
  }

  /// The inputs and outputs that hold a state between two runs, such as the keys and values of past tokens.
  public enum StateRule: Sendable {
    /// The pairs `past*` and `present*` with equal types and with shapes that differ in at most one axis.
    case recognised
    /// No input or output.
    case none
    /// The pairs that match a pattern.
    case patterns([StatePattern])
  }

  public init(
    sizes: [String: Int] = [:], unknown: UnknownOperators = .refused, values: [String: Double] = [:],
    states: StateRule = .recognised, until: [String] = []
  ) {
    self.sizes = sizes
    self.unknown = unknown
    self.values = values
    self.states = states
    self.until = until
  }
}

/// A pattern of pairs of inputs and outputs, such as `past.*=present.*`: what the stars on the left stand for takes the
/// places of the stars on the right.
public struct StatePattern: Sendable, CustomStringConvertible {
  private let input: [Substring]
  private let output: [Substring]
  public let description: String

  /// Reads `INPUT=OUTPUT`, both with the same number of stars; `nil` for other texts.
  public init?(_ text: String) {
    let sides = text.split(separator: "=", omittingEmptySubsequences: false)
    guard sides.count == 2, !sides[0].isEmpty, !sides[1].isEmpty else { return nil }
    let parts = sides.map { $0.split(separator: "*", omittingEmptySubsequences: false) }
    guard parts[0].count == parts[1].count else { return nil }
    (input, output, description) = (parts[0], parts[1], text)
  }

  /// The name of the output that belongs to an input; `nil` if the pattern does not match the input's name. A star
  /// stands for as few characters as possible, the last one for the rest.
  ///
  /// - Complexity: the length of the name times that of the pattern.
  func output(of name: String) -> String? {
    guard input.count > 1 else { return Name(name) == Name(String(input[0])) ? String(output[0]) : nil }
    guard name.utf8.starts(with: input[0].utf8) else { return nil }
    var rest = name.dropFirst(input[0].count)
    var result = String(output[0])
    for (index, part) in input.enumerated().dropFirst() {
      let isLast = index == input.count - 1
      let start: Substring.Index
      if isLast {
        guard rest.utf8.count >= part.utf8.count, rest.hasSuffix(part) else { return nil }
        start = rest.index(rest.endIndex, offsetBy: -part.count)
      } else {
        guard let range = part.isEmpty ? rest.startIndex..<rest.startIndex : rest.firstRange(of: part) else {
          return nil
        }
        start = range.lowerBound
      }
      result += rest[..<start] + output[index]
      rest = rest[rest.index(start, offsetBy: part.count)...]
    }
    return result
  }
}
