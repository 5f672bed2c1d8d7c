extension Instance {
  /// Reads an instance and the files that it refers to.
  ///
  /// - Parameters:
  ///   - file: a JSON or YAML file (by its extension, otherwise by its first byte); "-" is standard input.
  ///   - allowOutside: whether references may leave the folder of the instance.
  public static func read(file: String, allowOutside: Bool = false) throws(InputError) -> Instance {
    let document = try Document.read(file: file)
    let references = FileReferences(folder: InputFile.referenceFolder(of: file), allowOutside: allowOutside)
    return try InstanceReader(document: document, references: references).instance()
  }

  /// Reads an instance from a text, which must not refer to files.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8.
  ///   - format: JSON or YAML.
  ///   - name: the name of the text in errors.
  public static func parse(
    _ bytes: [UInt8], format: FileFormat = .json, name: String = "instance"
  ) throws(InputError) -> Instance {
    let document = try Document.parse(bytes, format: format, file: name)
    return try InstanceReader(document: document, references: nil).instance()
  }
}

extension Document {
  /// Reads and parses a file in its format.
  package static func read(file: String) throws(InputError) -> Document {
    let bytes = try InputFile.read(file: file)
    return try parse(bytes, format: .of(file: file, bytes: bytes), file: file)
  }
}

/// Checks the document of an instance against the contract and turns its names into indices.
struct InstanceReader {
  let document: Document
  /// `nil` if the instance does not come from a file.
  let references: FileReferences?

  private enum Key: Int, CaseIterable { case layerroute, network, dnns, jobs, options }
  private static let schema = Schema<Key>()

  private enum OptionKey: Int, CaseIterable { case waiting, objective }
  private static let optionSchema = Schema<OptionKey>()

  func instance() throws(InputError) -> Instance {
    try document.checkVersion(Document.root)
    let fields = try document.fields(of: Document.root, Self.schema)
    _ = try fields.required(.layerroute)
    let network = try network(fields.required(.network))
    let dnns = try dnns(fields.required(.dnns), nodes: network.nodes)
    let jobs = try JobReader(document: document, nodes: network.nodes, dnns: dnns)
      .jobs(fields.required(.jobs))
    return Instance(
      network: network.network, dnns: dnns.dnns, jobs: jobs, options: try options(fields[.options]))
  }

  private func network(_ token: Int) throws(InputError) -> NetworkReader.Result {
    guard let (references, target) = try reference(at: token) else {
      return try NetworkReader(document: document).network(token)
    }
    return try NetworkReader(document: references.read(target, of: document)).network(Document.root)
  }

  private func dnns(_ token: Int, nodes: NameTable) throws(InputError) -> DNNTable {
    var table = DNNTable()
    // All references to a file share its contents, so that many of them cost no more than the file.
    var indices: [String: Int] = [:]
    for (key, value) in try document.members(of: token) {
      let name = try document.identifier(key)
      let reference = try reference(at: value)
      try table.names.add(name, at: key, of: document)
      guard let (references, target) = reference else {
        try DNNReader(document: document, nodes: nodes).read(value, name: name, into: &table)
        continue
      }
      if let index = indices[target.path] {
        table.repeatDNN(index, name: name)
      } else {
        indices[target.path] = table.dnns.count
        let source = try references.read(target, of: document)
        try DNNReader(document: source, nodes: nodes).read(Document.root, name: name, into: &table)
      }
    }
    return table
  }

  /// The file that the object at a token refers to, if it is a reference.
  private func reference(at token: Int) throws(InputError) -> (FileReferences, FileReferences.Target)? {
    guard FileReferences.isReference(token, in: document) else { return nil }
    guard let references else {
      throw document.error(token, "a reference to a file needs an instance that is read from a file")
    }
    return (references, try references.target(at: token, in: document))
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
