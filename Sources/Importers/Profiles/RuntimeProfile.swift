import Documents
import Foundations
import Networks

/// The times of a model's operators in one run, as the profiler of ONNX Runtime writes them
/// (https://onnxruntime.ai/docs/performance/tune-performance/profiling-tools.html): a list of events, of which those of the
/// category Node with a name in `_kernel_time` and a duration [us] are read.
public struct RuntimeProfile: Sendable {
  /// The operators in the order in which they ran first, each with its time in a run [s].
  private var operators: [(name: String, seconds: Double)] = []
  /// The number of runs that were measured.
  public private(set) var runs = 0

  private static let suffix = "_kernel_time"

  /// Reads a profile from a file ("-" is standard input), in expected linear time.
  ///
  /// - Throws: if the file cannot be read or is no such profile; the message names the place.
  public static func read(file: String) throws(InputError) -> RuntimeProfile {
    try RuntimeProfile(Document.parse(InputFile.read(file: file), format: .json, file: file))
  }

  init(_ document: Document) throws(InputError) {
    var durations: [Name: [Double]] = [:]
    var names: [String] = []
    for event in try document.elements(of: Document.root) {
      guard let token = document.member("name", of: event) else { continue }
      let name = try document.string(token)
      if name == "model_run" { runs += 1 }
      guard name.hasSuffix(Self.suffix), let duration = document.member("dur", of: event) else { continue }
      let key = String(name.dropLast(Self.suffix.count))
      if durations[Name(key)] == nil { names.append(key) }
      durations[Name(key), default: []].append(try document.nonNegativeNumber(duration) / 1e6)
    }
    guard !names.isEmpty else {
      throw document.error(
        Document.root,
        "this profile has no event \"..._kernel_time\"; ONNX Runtime writes one for each operator")
    }
    runs = max(1, runs)
    operators = names.map { name in
      let all = durations[Name(name), default: []].sorted()
      // An operator in a loop runs several times in each run.
      let perRun = max(1, (Double(all.count) / Double(runs)).rounded())
      return (name, all[all.count / 2] * perRun)
    }
  }

  /// The time of each layer of a DNN in one run [s], and what was assumed.
  ///
  /// An operator belongs to the layer that names it, or whose operator's name it continues, as in `conv1_nchwc` and
  /// `fused fc1`. ONNX Runtime names a convolution in the blocked layout for the tensor that it writes, which is that of an
  /// activation fused into it; so tensors that leave a layer count as its names too. Others, such as conversions between
  /// layouts and operators that have no name, count with the operator that ran before.
  ///
  /// - Throws: if no operator of the profile is one of the DNN.
  public func times(of dnn: DNN, file: String) throws(InputError) -> (
    times: [Double], assumptions: [Assumption]
  ) {
    var layers: [Name: Int] = [:]
    for (index, layer) in dnn.layers.enumerated() {
      for name in layer.operators.isEmpty ? [layer.name.text] : layer.operators { layers[Name(name)] = index }
    }
    var writers: [Name: Int] = [:]
    for (index, layer) in dnn.layers.enumerated() {
      // A tensor may leave several layers; the first one writes it.
      for tensor in layer.tensors where writers[Name(tensor)] == nil { writers[Name(tensor)] = index }
    }
    let found = operators.map { Self.layer(of: $0.name, layers) ?? Self.layer(of: $0.name, writers) }
    guard let first = found.lazy.compactMap(\.self).first else {
      throw InputError(
        file: file,
        message: "no operator of this profile is one of the DNN's; is it the profile of another model?")
    }
    var times = [Double](repeating: 0, count: dnn.layers.count)
    var current = first
    var assumptions = Assumptions()
    for (place, node) in operators.enumerated() {
      if let layer = found[place] {
        current = layer
      } else {
        assumptions.add(
          .key(Name(node.name)), "operators that the DNN does not name, counted with the one before")
      }
      times[current] += node.seconds
    }
    for (layer, time) in zip(dnn.layers, times) where time == 0 {
      assumptions.add(
        .key(layer.name),
        "layers without an operator in the profile, which take no time (an operator that the runtime has fused into "
          + "another counts there; ORT_ENABLE_BASIC fuses few)")
    }
    return (times, assumptions.list)
  }

  /// The layer with the name of an operator, or with the beginning of that name up to an underscore or a slash.
  private static func layer(of name: String, _ layers: [Name: Int]) -> Int? {
    let fused = "fused "
    var rest = name[...]
    if layers[Name(name)] == nil, rest.hasPrefix(fused) { rest = rest.dropFirst(fused.count) }
    while true {
      if let layer = layers[Name(String(rest))] { return layer }
      guard let end = rest.lastIndex(where: { $0 == "_" || $0 == "/" }), end > rest.startIndex else {
        return nil
      }
      rest = rest[..<end]
    }
  }
}
