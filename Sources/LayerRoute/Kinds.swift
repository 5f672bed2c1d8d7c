/// The kinds of problems in this package.
public enum Kinds {
  /// In the order of lists.
  public static let all: [any AnyKind] = [splitting, queues, batching, coordination, serving]

  /// The kind that an instance file names.
  ///
  /// - Throws: if there is no such kind, or if the file is a plan.
  public static func kind(ofInstance document: Document) throws(InputError) -> any AnyKind {
    if PlanFile.isWritten(in: document) {
      throw document.error(
        Document.root,
        "this is a plan, but an instance is expected here; where a command takes both, the instance "
          + "comes first")
    }
    let (name, token) = try problem(in: document)
    if let kind = all.first(where: { $0.problemName == name && $0.readsInstances }) { return kind }
    if let sharing = all.first(where: { $0.problemName == name }) {
      throw document.error(
        token,
        "the problem \(name) has no instances of its own, but takes those of \(sharing.instanceName): leave "
          + "\"problem\" out")
    }
    let known = all.filter(\.readsInstances).map(\.problemName)
    let hint =
      EditDistance.nearest(to: name, among: known).map { "did you mean \"\($0)\"?" }
      ?? "there are \(known.joined(separator: ", "))"
    throw document.error(token, "there is no problem \(TerminalText.quoted(name)); \(hint)")
  }

  /// The kind of a plan file: the one that it names, the one whose plans alone have its keys, or that of its instance.
  ///
  /// - Throws: if the plan is of another kind than the instance.
  public static func kind(ofPlan plan: Document, of instance: Document) throws(InputError) -> any AnyKind {
    let own = try kind(ofInstance: instance)
    if let other = all.first(where: { $0.claims(plan, ofInstanceOf: own) }) { return other }
    let (name, token) = try problem(in: plan)
    guard name == own.problemName else {
      throw plan.error(
        token,
        "this is a plan of problem \(TerminalText.quoted(name)), but the instance is of \(own.problemName)")
    }
    return own
  }

  /// The keys that only other kinds have, for the reader of an instance file.
  public static func foreignKeys(toInstance document: Document) -> ForeignKeys? {
    guard let own = try? kind(ofInstance: document) else { return nil }
    return ForeignKeys(to: own.problemName) {
      all.filter { $0.problemName != own.problemName }
        .map { (problem: $0.problemName, keys: $0.instanceKeys) }
    }
  }

  /// The value of the key `problem` with its token; the default problem without the key.
  private static func problem(in document: Document) throws(InputError) -> (name: String, token: Int) {
    guard let token = document.member("problem", of: Document.root) else {
      return (usualProblemName, Document.root)
    }
    return (try document.string(token), token)
  }
}

extension AnyKind {
  /// The problem's name in files.
  public var problemName: String { P.name }
  /// The name of the problem whose instances the kind takes.
  fileprivate var instanceName: String { P.instanceName }
  /// Whether the kind has instances of its own; false if it shares those of another kind.
  public var readsInstances: Bool { P.instanceName == P.name }
  /// The keys of the problem's instance files.
  fileprivate var instanceKeys: [PartKeys] { P.instanceKeys }

  /// Whether the kind shares the instances of another one, and a plan file is of this kind.
  fileprivate func claims(_ plan: Document, ofInstanceOf other: any AnyKind) -> Bool {
    !readsInstances && P.instanceName == other.problemName && P.claims(plan)
  }
}
