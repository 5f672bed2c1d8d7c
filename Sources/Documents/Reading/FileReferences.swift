import Foundations

/// The files that an instance refers to: `{"file": "relative/path"}` in place of an object.
package struct FileReferences {
  /// The instance's folder, as the user named it.
  package let folder: String
  package let allowOutside: Bool

  fileprivate enum Key: Int, CaseIterable { case file }
  fileprivate static let schema = Schema<Key>()

  /// A file that a reference names.
  package struct Target {
    /// The path without symbolic links, the same for all references to the file.
    package let path: String
    /// The token of the path in the document.
    fileprivate let token: Int
  }

  /// The file that the string at `token` names, if that is permitted.
  fileprivate func target(at token: Int, in document: Document) throws(InputError) -> Target {
    let reference = try document.string(token)
    let quoted = TerminalText.quoted(reference)
    func forbidden(_ place: String) -> InputError {
      document.error(
        token,
        "\(quoted) is \(place); only --allow-outside permits files outside the instance's folder")
    }
    let isAbsolute = reference.hasPrefix("/")
    if !allowOutside, isAbsolute { throw forbidden("an absolute path") }
    if !allowOutside, leaves(reference) { throw forbidden("outside the instance's folder") }
    let path = isAbsolute ? reference : folder + "/" + reference
    guard !reference.isEmpty, let real = InputFile.realPath(path) else {
      throw document.error(token, "cannot read \(quoted): there is no such file")
    }
    if !allowOutside, !isInside(real) { throw forbidden("outside the instance's folder") }
    return Target(path: real, token: token)
  }

  /// Whether ".." leaves the folder anywhere in the path.
  private func leaves(_ reference: String) -> Bool {
    var depth = 0
    return reference.split(separator: "/").contains { component in
      if component == ".." { depth -= 1 } else if component != "." { depth += 1 }
      return depth < 0
    }
  }

  private func isInside(_ path: String) -> Bool {
    guard let root = InputFile.realPath(folder) else { return false }
    return path.utf8.starts(with: (root == "/" ? root : root + "/").utf8)
  }
}

extension Document {
  /// Reads and parses a JSON or YAML file, by its extension, otherwise by its first byte; "-" is standard input. Its
  /// references may leave its folder only if `allowOutside` is true.
  public static func read(file: String, allowOutside: Bool = false) throws(InputError) -> Document {
    let bytes = try InputFile.read(file: file)
    var document = try parse(bytes, file: file)
    document.references = FileReferences(
      folder: InputFile.referenceFolder(of: file), allowOutside: allowOutside)
    return document
  }

  /// The file that a reference at a token names; `nil` if there is an object instead.
  package func reference(at token: Int) throws(InputError) -> FileReferences.Target? {
    if isString(token) {
      let file = TerminalText.quoted(text(token))
      throw error(
        token, "must be an object, but this is a string; to refer to a file write {\"file\": \(file)}")
    }
    guard member("file", of: token) != nil else { return nil }
    guard let references else {
      throw error(token, "a reference to a file needs an instance that is read from a file")
    }
    return try references.target(at: fields(of: token, FileReferences.schema).required(.file), in: self)
  }

  /// The document of a file that this one refers to.
  package func referenced(_ target: FileReferences.Target) throws(InputError) -> Document {
    guard let folder = references?.folder else { preconditionFailure("a target comes from references") }
    let reference = text(target.token)
    let bytes: [UInt8]
    do {
      bytes = try InputFile.bytes(of: target.path)
    } catch {
      throw self.error(target.token, "cannot read \(TerminalText.quoted(reference)): \(error.message)")
    }
    let name = folder == "." || reference.hasPrefix("/") ? reference : folder + "/" + reference
    var referenced = try Document.parse(bytes, file: name)
    referenced.remark = remark
    referenced.foreignKeys = foreignKeys
    guard referenced.member("file", of: Document.root) == nil else {
      throw referenced.error(
        Document.root, "a file that an instance refers to must not refer to another file")
    }
    return referenced
  }
}
