/// The parts of instance files that several problems have, each with keys of its own.
public enum FilePart: Sendable {
  /// The file itself.
  case instance
  case options
  /// A machine of a network or a cluster.
  case node
  case link
  /// A DNN: a chain of layers, or of blocks.
  case dnn
  /// A layer or block of a DNN.
  case layer
  /// A job, a task, or a user with one.
  case job
}

/// The keys of a part of a problem's files.
public struct PartKeys: Sendable {
  fileprivate let part: FilePart
  fileprivate let names: [String]

  fileprivate init(_ part: FilePart, _ names: [String]) {
    self.part = part
    self.names = names
  }
}

extension Schema {
  /// The keys of the schema's part; none if no other problem has such a part.
  package var partKeys: [PartKeys] { part.map { [PartKeys($0, names)] } ?? [] }
}

/// The keys that mean something in files of other problems, so that a reader can say whose an unknown key is.
public struct ForeignKeys: Sendable {
  /// The problem of the file that is read.
  let problem: String
  private let others: @Sendable () -> [(problem: String, keys: [PartKeys])]

  /// The keys that are foreign to an instance of a problem. The others are asked for an unknown key alone, because to
  /// name the keys of all problems takes longer than to read a small file.
  public init(to problem: String, others: @escaping @Sendable () -> [(problem: String, keys: [PartKeys])]) {
    self.problem = problem
    self.others = others
  }

  /// The problems that have a key in a part of their files.
  func owners(of key: String, in part: FilePart) -> [String] {
    others().filter { $0.keys.contains { $0.part == part && $0.names.contains(key) } }.map(\.problem)
  }
}
