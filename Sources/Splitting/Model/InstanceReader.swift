import Documents
import Networks

extension Instance {
  /// Reads an instance and the files that it refers to: JSON or YAML (by the file's extension, otherwise by its
  /// first byte); "-" is standard input. With `allowOutside`, references may leave the folder of the instance.
  ///
  /// - Throws: `InputError` with the place in the file, if it cannot be read or does not follow the format.
  public static func read(file: String, allowOutside: Bool = false) throws(InputError) -> Instance {
    try Document.read(file: file, allowOutside: allowOutside).instance()
  }

  /// Reads an instance from a UTF-8 text, which must not refer to files, and which errors call `name`.
  ///
  /// - Throws: `InputError` with the place in the text, if it does not follow the format.
  public static func parse(
    _ bytes: [UInt8], format: FileFormat = .json, name: String = "instance"
  ) throws(InputError) -> Instance {
    try Document.parse(bytes, format: format, file: name).instance()
  }
}

extension Document {
  private enum InstanceKey: Int, CaseIterable { case layerroute, problem, network, dnns, jobs, options }
  private static let instanceSchema = Schema<InstanceKey>(.instance)

  private enum OptionKey: Int, CaseIterable { case waiting, objective }
  private static let optionSchema = Schema<OptionKey>(.options)

  /// The keys of an instance file.
  static let instanceKeys =
    instanceSchema.partKeys + optionSchema.partKeys + NetworkKeys.layers.partKeys + dnnKeys
    + JobReader.schema.partKeys

  /// Checks the document of an instance against the format and turns its names into indices.
  func instance() throws(InputError) -> Instance {
    try checkVersion(Document.root)
    let fields = try fields(of: Document.root, Self.instanceSchema)
    let parts = try NetworkAndDNNs(in: self, network: fields.required(.network), dnns: fields.required(.dnns))
    let jobs = try JobReader(document: self, nodes: parts.nodes, dnns: parts.dnns)
      .jobs(fields.required(.jobs))
    return Instance(
      network: parts.network, dnns: parts.dnns.dnns, jobs: jobs, options: try options(fields[.options]))
  }

  private func options(_ token: Int?) throws(InputError) -> Options {
    var options = Options()
    guard let token else { return options }
    let fields = try fields(of: token, Self.optionSchema)
    if let value = fields[.waiting] { options.waiting = try word(value, WaitingPolicy.self) }
    if let value = fields[.objective] { options.objective = try word(value, ObjectiveKind.self) }
    return options
  }
}
