import Foundations

/// Finds and reads the files that an instance refers to: `{"file": "relative/path"}` in place of an object.
package struct FileReferences {
  /// The instance's folder, as the user named it.
  package let folder: String
  package let allowOutside: Bool

  private enum Key: Int, CaseIterable { case file }
  private static let schema = Schema<Key>()

  /// Whether the object at a token is a reference.
  package static func isReference(_ token: Int, in document: Document) -> Bool {
    document.member("file", of: token) != nil
  }

  /// A file that a reference names.
  package struct Target {
    /// The path without symbolic links, the same for all references to the file.
    package let path: String
    /// The path as the document writes it.
    fileprivate let reference: String
    /// The token of the path in the document.
    fileprivate let token: Int
  }

  /// The file that the reference at `token` names, if that is permitted.
  package func target(at token: Int, in document: Document) throws(InputError) -> Target {
    let fields = try document.fields(of: token, Self.schema)
    let value = try fields.required(.file)
    let reference = try document.string(value)
    return Target(path: try path(to: reference, value, document), reference: reference, token: value)
  }

  /// Reads a file that `document` refers to.
  package func read(_ target: Target, of document: Document) throws(InputError) -> Document {
    let reference = target.reference
    let bytes: [UInt8]
    do {
      bytes = try InputFile.bytes(of: target.path)
    } catch {
      throw document.error(target.token, "cannot read \(TerminalText.quoted(reference)): \(error.message)")
    }
    let name = folder == "." || reference.hasPrefix("/") ? reference : folder + "/" + reference
    let referenced = try Document.parse(bytes, format: .of(file: name, bytes: bytes), file: name)
    guard !Self.isReference(Document.root, in: referenced) else {
      throw referenced.error(
        Document.root, "a file that an instance refers to must not refer to another file")
    }
    return referenced
  }

  private func path(to reference: String, _ token: Int, _ document: Document) throws(InputError) -> String {
    let quoted = TerminalText.quoted(reference)
    let isAbsolute = reference.hasPrefix("/")
    if !allowOutside, isAbsolute {
      throw document.error(token, "\(quoted) is an absolute path; \(Self.hint)")
    }
    if !allowOutside, leaves(reference) { throw outside(token, document, quoted) }
    let path = isAbsolute ? reference : folder + "/" + reference
    guard !reference.isEmpty, let real = InputFile.realPath(path) else {
      throw document.error(token, "cannot read \(quoted): there is no such file")
    }
    if !allowOutside, !isInside(real) { throw outside(token, document, quoted) }
    return real
  }

  private static let hint = "only --allow-outside permits files outside the instance's folder"

  private func outside(_ token: Int, _ document: Document, _ quoted: String) -> InputError {
    document.error(token, "\(quoted) is outside the instance's folder; \(Self.hint)")
  }

  /// Whether ".." leaves the folder anywhere in the path.
  private func leaves(_ reference: String) -> Bool {
    var depth = 0
    for component in reference.split(separator: "/") {
      if component == ".." { depth -= 1 } else if component != "." { depth += 1 }
      if depth < 0 { return true }
    }
    return false
  }

  private func isInside(_ path: String) -> Bool {
    guard let root = InputFile.realPath(folder) else { return false }
    return path.utf8.starts(with: (root == "/" ? root : root + "/").utf8)
  }
}

extension Document {
  /// Reads and parses a file, JSON or YAML; "-" is standard input.
  ///
  /// - Parameters:
  ///   - file: a JSON or YAML file, by its extension, otherwise by its first byte.
  ///   - allowOutside: whether its references may leave its folder.
  public static func read(file: String, allowOutside: Bool = false) throws(InputError) -> Document {
    let bytes = try InputFile.read(file: file)
    var document = try parse(bytes, format: .of(file: file, bytes: bytes), file: file)
    document.references = FileReferences(
      folder: InputFile.referenceFolder(of: file), allowOutside: allowOutside)
    return document
  }

  /// The file that a reference at a token names; `nil` if there is an object instead.
  package func reference(at token: Int) throws(InputError) -> FileReferences.Target? {
    guard FileReferences.isReference(token, in: self) else { return nil }
    guard let references else {
      throw error(token, "a reference to a file needs an instance that is read from a file")
    }
    return try references.target(at: token, in: self)
  }

  /// The document of a file that this one refers to.
  package func referenced(_ target: FileReferences.Target) throws(InputError) -> Document {
    guard let references else { preconditionFailure("a target comes from references") }
    return try references.read(target, of: self)
  }
}
