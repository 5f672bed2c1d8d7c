import Documents
import Networks

extension Instance {
  /// Reads an instance and the files that it refers to.
  ///
  /// - Parameters:
  ///   - file: a JSON or YAML file (by its extension, otherwise by its first byte); "-" is standard input.
  ///   - allowOutside: whether references may leave the folder of the instance.
  /// - Throws: `InputError` with the place in the file, if it cannot be read or does not follow the format.
  public static func read(file: String, allowOutside: Bool = false) throws(InputError) -> Instance {
    try InstanceReader(document: Document.read(file: file, allowOutside: allowOutside)).instance()
  }

  /// Reads an instance from a text, which must not refer to files.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8.
  ///   - format: JSON or YAML.
  ///   - name: the name of the text in errors.
  /// - Throws: `InputError` with the place in the text, if it does not follow the format.
  public static func parse(
    _ bytes: [UInt8], format: FileFormat = .json, name: String = "instance"
  ) throws(InputError) -> Instance {
    let document = try Document.parse(bytes, format: format, file: name)
    return try InstanceReader(document: document).instance()
  }
}

/// Checks the document of an instance against the format and turns its names into indices.
struct InstanceReader {
  let document: Document

  private enum Key: Int, CaseIterable { case layerroute, problem, network, dnns, jobs, options }
  private static let schema = Schema<Key>()

  private enum OptionKey: Int, CaseIterable { case waiting, objective }
  private static let optionSchema = Schema<OptionKey>()

  func instance() throws(InputError) -> Instance {
    try document.checkVersion(Document.root)
    let fields = try document.fields(of: Document.root, Self.schema)
    _ = try fields.required(.layerroute)
    let parts = try NetworkAndDNNs(
      in: document, network: fields.required(.network), dnns: fields.required(.dnns))
    let jobs = try JobReader(document: document, nodes: parts.nodes, dnns: parts.dnns)
      .jobs(fields.required(.jobs))
    return Instance(
      network: parts.network, dnns: parts.dnns.dnns, jobs: jobs, options: try options(fields[.options]))
  }

  private func options(_ token: Int?) throws(InputError) -> Options {
    var options = Options()
    guard let token else { return options }
    let fields = try document.fields(of: token, Self.optionSchema)
    if let value = fields[.waiting] { options.waiting = try document.word(value, WaitingPolicy.self) }
    if let value = fields[.objective] { options.objective = try document.word(value, ObjectiveKind.self) }
    return options
  }
}
