import Documents
import Foundations

/// Reads the file graph.txt that PipeDream's profiler writes. A line `node1 -- Conv2d(3, 64) --
/// forward_compute_time=22.3, backward_compute_time=24.6, activation_size=1644167168.0, parameter_size=7168.0` is a
/// node. A line `node1 -- node2` says that node2 reads the output of node1. Times are in milliseconds and sizes in
/// bytes. Harlap et al., "PipeDream: generalized pipeline parallelism for DNN training" (SOSP 2019).
struct PipeDreamReader {
  private let file: String
  private var graph = MeasuredGraph(memoryIncludesActivations: false)
  private var indices: [Name: Int] = [:]
  private var edges: [(from: String, to: String, line: Int)] = []

  static func read(_ bytes: [UInt8], file: String) throws(InputError) -> Profile {
    var reader = PipeDreamReader(file: file)
    let text = bytes.dropFirst(ByteOrderMark.length(in: bytes))
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      try reader.read(String(decoding: line, as: UTF8.self), index + 1)
    }
    try reader.connect()
    return Profile(file: file, devices: ["device"], contents: .graph(reader.graph))
  }

  private func error(_ line: Int, _ message: String) -> InputError {
    InputError(file: file, line: line, column: 1, message: message)
  }

  private mutating func read(_ text: String, _ line: Int) throws(InputError) {
    let parts = text.split(separator: " -- ", omittingEmptySubsequences: false).map(String.init)
    if text.allSatisfy(\.isWhitespace) { return }
    guard parts.count != 2 else {
      edges.append((parts[0], parts[1], line))
      return
    }
    guard parts.count > 2,
      let figures = parts.dropFirst(2).first(where: { $0.hasPrefix("forward_compute_time=") })
    else {
      throw error(
        line, "this is neither \"node -- description -- forward_compute_time=..., ...\" nor \"node -- node\"")
    }
    let (id, description) = (parts[0].trimmed, parts[1])
    guard indices.updateValue(graph.operations.count, forKey: Name(id)) == nil else {
      throw error(line, "a second node is called \(TerminalText.quoted(id))")
    }
    let type = String(description.prefix { $0 != "(" })
    graph.operations.append(
      .init(
        name: "\(id) \(type)", type: type, times: [try figure("forward_compute_time", figures, line) / 1000],
        output: try figure("activation_size", figures, line),
        weights: try figure("parameter_size", figures, line),
        isInput: type.hasPrefix("Input"), place: line))
  }

  /// A figure, or the sum of a list of them.
  private func figure(_ key: String, _ figures: String, _ line: Int) throws(InputError) -> Double {
    let parts = figures.split(separator: ", ", omittingEmptySubsequences: false)
    guard let part = parts.first(where: { $0.hasPrefix(key + "=") }) else {
      throw error(line, "\(key) is missing")
    }
    var text = part.dropFirst(key.count + 1)
    while text.last?.isWhitespace == true { text.removeLast() }
    if text.hasPrefix("["), text.hasSuffix("]") { text = text.dropFirst().dropLast() }
    var sum = 0.0
    for number in text.split(separator: ";", omittingEmptySubsequences: false) {
      guard let value = Double(number.drop { $0 == " " }), value >= 0 else {
        throw error(
          line, "\(key) is \(TerminalText.quoted(String(text))), which is not a number of at least 0")
      }
      sum += value
    }
    guard sum.isFinite else { throw error(line, "\(key) is not finite") }
    return sum
  }

  private mutating func connect() throws(InputError) {
    for edge in edges {
      let (from, to) = (try index(edge.from, edge.line), try index(edge.to, edge.line))
      guard !graph.operations[to].isInput else {
        throw error(
          edge.line, "\(TerminalText.quoted(edge.from)) leads to an input, but an input reads nothing")
      }
      graph.operations[to].inputs.append(from)
    }
    graph.removeRepeatedInputs()
    guard !graph.operations.isEmpty else {
      throw InputError(file: file, message: "this profile has no nodes")
    }
    // The edges are at the end of a file, so a file that was cut off lacks some of them. A single operation without
    // inputs may be the first of a graph that names no input, and one that takes no time may be an initial state.
    let starts = graph.operations.filter { operation in
      operation.inputs.isEmpty && !operation.isInput && operation.times.contains { $0 ?? 0 > 0 }
    }
    if let lost = starts.dropFirst(graph.operations.contains(where: \.isInput) ? 0 : 1).first {
      throw error(
        lost.place,
        "\(TerminalText.quoted(lost.name)) reads nothing and is not an input; the file seems to be cut off")
    }
  }

  private func index(_ id: String, _ line: Int) throws(InputError) -> Int {
    let id = id.trimmed
    guard let index = indices[Name(id)] else {
      throw error(line, "there is no node \(TerminalText.quoted(id))")
    }
    return index
  }
}
