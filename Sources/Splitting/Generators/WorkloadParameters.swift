import Networks
import Problems

extension Workload {
  /// The parameters of a workload, whose usual values are those of this one.
  var parameters: [Parameter] { fields.map { $0.parameter(self) } }

  /// The workload with the chosen values in place of its own.
  func choosing(_ values: ParameterValues) -> Workload {
    var workload = self
    for field in fields {
      if values[field.name] != nil { field.choose(&workload, values) }
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

  func validate() throws(ParameterError) {
    for field in fields {
      if let value = field.value(self) { try field.parameter(self).check(value) }
    }
    guard layers == nil || dnn.hasFreeLayers else {
      throw ParameterError(description: "\(dnn.rawValue) has its own number of layers; none can be chosen")
    }
    guard rate > 0 || !isLoaded else {
      throw ParameterError(description: "without a rate nothing loads nodes or links: give one")
    }
  }
}

/// The parameters of a workload; adding a line makes it an option and a key of suites.
private let fields: [Field] = [
  Field(
    "jobs", "the number of jobs", \.jobs, .integer(1...1000), "Jobs.", { .integer($0) }, { $0.integer($1) }),
  .word("dnn", "the DNN", \.dnn, "The DNN that jobs run; mixed draws a real one for each job."),
  Field(
    "layers", "the number of layers", \.layers, .integer(1...1000),
    "Layers of a random DNN, blocks of a transformer.",
    absent: "\(Architecture.usualRandomLayers) layers or \(Architecture.usualTransformerBlocks) blocks",
    { $0.map { .integer($0) } }, { $0.integer($1) }),
  .word("objective", "the objective", \.options.objective, "What is minimised."),
  .tightness(
    "memoryTightness", "the tightness of memory", \.tightness.memory,
    "Memory that all jobs would take on one node, over that of all nodes."),
  .tightness(
    "computeTightness", "the tightness of compute load", \.tightness.computeLoad,
    "Rate times work of all jobs, over the compute rates of all nodes."),
  .tightness(
    "linkTightness", "the tightness of link load", \.tightness.linkLoad,
    "Rate times input of all jobs, over the bandwidth of the links that leave their sources."),
  .tightness(
    "deadlineTightness", "the tightness of deadlines", \.tightness.deadline,
    "Shortest latency of a job on one host, over its deadline."),
  Field(
    "rate", "the rate", \.rate, .number(1e-3...1e6, orZero: true),
    "Inferences a second of a job, on average.",
    absent: "\(Workload.loadedRate) with a compute or link tightness, else 0",
    { $0 == 0 ? nil : .number($0) }, { $0.number($1) }),
  Field(
    "backlog", "the backlog", \.backlog, .number(0...1000),
    "Work waiting at a server and data at a link: up to this many inferences and inputs.",
    { .number($0) }, { $0.number($1) }),
  .word("waiting", "the waiting policy", \.options.waiting, "How often a job waits for a backlog."),
]

/// A parameter of workloads.
private struct Field: Sendable {
  /// The parameter of a workload, whose value is the usual one.
  let parameter: @Sendable (Workload) -> Parameter
  let name: String
  /// The value of a workload; `nil` if it has none.
  let value: @Sendable (Workload) -> ParameterValue?
  let choose: @Sendable (inout Workload, ParameterValues) -> Void

  typealias Path<Value> = WritableKeyPath<Workload, Value> & Sendable

  /// - Parameter absent: the description of a value that a workload does not have.
  init<Value>(
    _ name: String, _ label: String, _ path: Path<Value>, _ domain: Parameter.Domain, _ help: String,
    absent: String? = nil, _ coded: @escaping @Sendable (Value) -> ParameterValue?,
    _ chosen: @escaping @Sendable (ParameterValues, String) -> Value?
  ) {
    self.name = name
    parameter = {
      Parameter(name, domain, label: label, usual: coded($0[keyPath: path])?.text ?? absent, help)
    }
    value = { coded($0[keyPath: path]) }
    choose = { if let value = chosen($1, name) { $0[keyPath: path] = value } }
  }

  /// Demand over capacity.
  static func tightness(_ name: String, _ label: String, _ path: Path<Double>, _ help: String) -> Field {
    Field(
      name, label, path, .number(1e-3...10, orZero: true), help + " 0 switches the coupling off.",
      { .number($0) }, { $0.number($1) })
  }

  static func word<Word: RawRepresentable<String> & CaseIterable & Sendable>(
    _ name: String, _ label: String, _ path: Path<Word>, _ help: String
  ) -> Field {
    Field(
      name, label, path, .word(Word.allCases.map(\.rawValue)), help, { .word($0.rawValue) },
      { $0.word($1).flatMap(Word.init(rawValue:)) })
  }
}
