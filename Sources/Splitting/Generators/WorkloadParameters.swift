import Networks
import Problems

extension Workload {
  /// The parameters of a workload, whose usual values are those of this one.
  var parameters: [Parameter] { fields.map { $0.parameter(self) } }

  /// The workload with the chosen values in place of its own.
  func choosing(_ values: ParameterValues) -> Workload {
    var workload = self
    for field in fields {
      if let value = values[field.name] { field.set(&workload, value) }
    }
    // The usual number of layers belongs to the usual DNN.
    if workload.dnn != dnn, values["layers"] == nil { workload.layers = nil }
    if workload.isLoaded, workload.rate == 0, values["rate"] == nil {
      workload.rate = Double(Self.loadedRate)
    }
    return workload
  }

  /// The rate if none was chosen and a load is tight [1/s].
  fileprivate static let loadedRate = 5

  /// Whether a load is tight, which requires a rate.
  private var isLoaded: Bool { tightness.computeLoad > 0 || tightness.linkLoad > 0 }

  func validate() throws(GeneratorError) {
    for field in fields {
      if let value = field.value(self) { try GeneratorError.check(field.parameter(self), value) }
    }
    guard layers == nil || dnn.hasFreeLayers else {
      throw GeneratorError(description: "\(dnn.rawValue) has its own number of layers; none can be chosen")
    }
    guard rate > 0 || !isLoaded else {
      throw GeneratorError(description: "without a rate nothing loads nodes or links: give one")
    }
  }
}

/// The parameters of a workload; adding a line makes it an option and a key of suites.
private let fields: [Field] = [
  .count("jobs", "the number of jobs", \.jobs, 1...1000, "Jobs."),
  .word("dnn", "the DNN", \.dnn, "The DNN that jobs run; mixed draws a real one for each job."),
  Field(
    name: "layers", label: "the number of layers", domain: .integer(1...1000),
    help: "Layers of a random DNN, blocks of a transformer.",
    usual: { $0.layers.map { "\($0)" } ?? usualLayers },
    value: { $0.layers.map { .integer($0) } },
    set: { if case .integer(let layers) = $1 { $0.layers = layers } }),
  .word("objective", "the objective", \.options.objective, "What is minimised."),
  .tightness(
    "memoryTightness", "the tightness of memory", \.tightness.memory,
    "Memory of all layers of all jobs, over that of all nodes."),
  .tightness(
    "computeTightness", "the tightness of compute load", \.tightness.computeLoad,
    "Rate times work of all jobs, over the compute rates of all nodes."),
  .tightness(
    "linkTightness", "the tightness of link load", \.tightness.linkLoad,
    "Rate times input of all jobs, over the bandwidth of the links that leave their sources."),
  .tightness(
    "deadlineTightness", "the tightness of deadlines", \.tightness.deadline,
    "Shortest latency of a job on one host, over its deadline."),
  .rate("rate", "the rate", \.rate, "Inferences a second of a job, on average."),
  .number(
    "backlog", "the backlog", \.backlog, 0...1000,
    "Work waiting at a server and data at a link: up to this many inferences and inputs."),
  .word("waiting", "the waiting policy", \.options.waiting, "How often a job waits for a backlog."),
]

private let usualLayers =
  "\(Architecture.usualRandomLayers) layers or \(Architecture.usualTransformerBlocks) blocks"

/// A parameter of workloads.
private struct Field: Sendable {
  let name: String
  let label: String
  let domain: Parameter.Domain
  let help: String
  /// The description of a workload's value.
  var usual: @Sendable (Workload) -> String
  /// The value of a workload; `nil` if it has none.
  let value: @Sendable (Workload) -> ParameterValue?
  let set: @Sendable (inout Workload, ParameterValue) -> Void

  func parameter(_ workload: Workload) -> Parameter {
    Parameter(name, domain, label: label, usual: usual(workload), help)
  }
}

extension Field {
  typealias Path<Value> = WritableKeyPath<Workload, Value> & Sendable

  static func count(
    _ name: String, _ label: String, _ path: Path<Int>, _ range: ClosedRange<Int>, _ help: String
  ) -> Field {
    Field(
      name: name, label: label, domain: .integer(range), help: help,
      usual: { "\($0[keyPath: path])" },
      value: { .integer($0[keyPath: path]) },
      set: { if case .integer(let value) = $1 { $0[keyPath: path] = value } })
  }

  static func number(
    _ name: String, _ label: String, _ path: Path<Double>, _ range: ClosedRange<Double>, orZero: Bool = false,
    _ help: String
  ) -> Field {
    Field(
      name: name, label: label, domain: .number(range, orZero: orZero), help: help,
      usual: { ParameterValue.number($0[keyPath: path]).text },
      value: { .number($0[keyPath: path]) },
      set: { if case .number(let value) = $1 { $0[keyPath: path] = value } })
  }

  /// Demand over capacity.
  static func tightness(_ name: String, _ label: String, _ path: Path<Double>, _ help: String) -> Field {
    number(name, label, path, 1e-3...10, orZero: true, help + " 0 switches the coupling off.")
  }

  /// A rate [1/s]; without a choice it is large enough for a tight load.
  static func rate(_ name: String, _ label: String, _ path: Path<Double>, _ help: String) -> Field {
    var field = number(name, label, path, 1e-3...1e6, orZero: true, help)
    let usual = field.usual
    field.usual = {
      $0[keyPath: path] > 0
        ? usual($0) : "\(Workload.loadedRate) with a compute or link tightness, else 0"
    }
    return field
  }

  static func word<Word: RawRepresentable<String> & CaseIterable & Sendable>(
    _ name: String, _ label: String, _ path: Path<Word>, _ help: String
  ) -> Field {
    Field(
      name: name, label: label, domain: .word(Word.allCases.map(\.rawValue)), help: help,
      usual: { $0[keyPath: path].rawValue },
      value: { .word($0[keyPath: path].rawValue) },
      set: { workload, value in
        if case .word(let word) = value, let value = Word(rawValue: word) { workload[keyPath: path] = value }
      })
  }
}
