import Documents
import Foundations

/// Something that a file does not say, or says in a manner that is not read, and what was taken instead.
public struct Assumption: Sendable, Equatable {
  /// What the assumption is about.
  public enum Subject: Sendable, Hashable {
    /// An operator of an ONNX model, with its domain; the domain of ONNX itself is empty.
    case operation(Name, domain: Name)
    /// A key, column or option.
    case key(Name)
    /// The file as a whole; the treatment says how often.
    case file
  }

  public var subject: Subject
  /// How often it was assumed.
  public var count: Int
  /// What was taken, such as "1 FLOP an element".
  public var treatment: String

  public init(subject: Subject, count: Int, treatment: String) {
    self.subject = subject
    self.count = count
    self.treatment = treatment
  }

  fileprivate var text: String {
    guard case .operation(let name, let domain) = subject else { return treatment }
    let title = TerminalText.shortened(domain.text.isEmpty ? name.text : "\(domain.text).\(name.text)")
    return title + (count == 1 ? "" : " (\(count) times)") + ": \(treatment)"
  }

  /// The assumption as an object: `operator` and `domain`, or `key`; `count` and `as`.
  public var jsonValue: JSONValue {
    let subject: [JSONValue.Member] =
      switch subject {
      case .operation(let name, let domain):
        [.init("operator", .string(name.text)), .init("domain", .string(domain.text))]
      case .key(let name): [.init("key", .string(name.text))]
      case .file: []
      }
    return .object(subject + [.init("count", .number(Double(count))), .init("as", .string(treatment))])
  }
}

extension [Assumption] {
  /// The assumptions in lines, for people: keys that were treated alike share one.
  public var lines: [String] {
    var groups: [String: [String]] = [:]
    for case (.key(let name), let assumption) in map({ ($0.subject, $0) }) {
      let times = assumption.count == 1 ? "" : " (\(assumption.count) times)"
      groups[assumption.treatment, default: []].append(TerminalText.quoted(name.text) + times)
    }
    return compactMap { assumption in
      guard case .key = assumption.subject else { return assumption.text }
      guard let names = groups.removeValue(forKey: assumption.treatment) else { return nil }
      let others = names.count > 6 ? " and \(names.count - 5) more" : ""
      let shown = others.isEmpty ? names[...] : names.prefix(5)
      return "\(assumption.treatment): \(shown.joined(separator: ", "))\(others)"
    }
  }
}

/// Collects assumptions; equal ones are counted.
struct Assumptions: Sendable {
  private(set) var list: [Assumption] = []
  private var places: [Key: Int] = [:]

  private struct Key: Hashable {
    let subject: Assumption.Subject
    let treatment: String
  }

  mutating func add(_ subject: Assumption.Subject, _ treatment: String, count: Int = 1) {
    let key = Key(subject: subject, treatment: treatment)
    if let place = places[key] {
      list[place].count += count
    } else {
      places[key] = list.count
      list.append(Assumption(subject: subject, count: count, treatment: treatment))
    }
  }
}
