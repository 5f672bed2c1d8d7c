import Documents
import Foundation

/// The instances, methods and limits of a campaign. A suite is a file, so that a new comparison needs a new file only.
public struct Suite: Sendable {
  /// The kind of its instances.
  public let problem: String
  public let name: String
  /// What the suite shows, in a sentence or two.
  public let about: String
  public let settings: Session.Settings
  public let methods: [BenchmarkMethod]
  public let cases: [Case]
  /// Changes with everything that results depend on: settings, methods, names and instances.
  public let fingerprint: String

  init(
    problem: String, name: String, about: String, settings: Session.Settings, methods: [BenchmarkMethod],
    cases: [Case]
  ) {
    self.problem = problem
    self.name = name
    self.about = about
    self.settings = settings
    self.methods = methods
    self.cases = cases
    var fingerprint = Fingerprint()
    fingerprint.add(settings)
    fingerprint.add(methods)
    for item in cases {
      fingerprint.add(item.subject)
      fingerprint.add(Array(item.instance.utf8))
    }
    self.fingerprint = fingerprint.text
  }

  /// An instance, and its properties that summaries need.
  public struct Case: Sendable {
    public let subject: Subject
    /// The text of the instance's file.
    public let instance: String
  }

  /// The number of runs of the suite.
  public var runCount: Int { cases.count * methods.count * settings.repetitions }

  /// The suite of a name, or in a file.
  ///
  /// - Parameter nameOrFile: one of ``Shipped``, or the path of a YAML or JSON file; "-" is standard input.
  /// - Throws: an error that says what is wrong with the file, and where.
  public static func read(_ nameOrFile: String) throws(InputError) -> Suite {
    if let shipped = Shipped.all.first(where: { $0.name == nameOrFile }) { return try shipped.suite() }
    guard nameOrFile == "-" || FileManager.default.fileExists(atPath: nameOrFile) else {
      let known = Shipped.all.map(\.name).joined(separator: ", ")
      throw InputError(
        file: nameOrFile,
        message: "there is neither a suite nor a file of this name; the suites are \(known)")
    }
    return try SuiteReader(file: nameOrFile).suite()
  }
}

extension Suite {
  /// A suite that comes with the program.
  public struct Shipped: Sendable {
    public let name: String
    /// The text of the file, from which users can make suites of their own.
    public let text: String

    init(_ name: String, _ bytes: [UInt8]) {
      self.name = name
      text = String(decoding: bytes, as: UTF8.self)
    }

    public static let all = [
      Shipped("smoke", PackageResources.smoke_yaml),
      Shipped("uncoupled", PackageResources.uncoupled_yaml),
      Shipped("coupled", PackageResources.coupled_yaml),
      Shipped("link-coupled", PackageResources.link_coupled_yaml),
      Shipped("cold", PackageResources.cold_yaml),
      Shipped("unpruned", PackageResources.unpruned_yaml),
      Shipped("many-hosts", PackageResources.many_hosts_yaml),
      Shipped("scaling", PackageResources.scaling_yaml),
      Shipped("models", PackageResources.models_yaml),
      Shipped("throughput", PackageResources.throughput_yaml),
      Shipped("batching", PackageResources.batching_yaml),
    ]

    /// - Throws: never for those of ``all``, since tests read them.
    public func suite() throws(InputError) -> Suite {
      try SuiteReader(name: name, text: Array(text.utf8)).suite()
    }
  }
}

/// A hash that distinguishes values (Fowler, Noll and Vo, FNV-1a, 64 bits).
private struct Fingerprint {
  private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ bytes: [UInt8]) {
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  mutating func add(_ value: some Encodable) { add(Array(((try? JSONLine.text(of: value)) ?? "").utf8)) }

  var text: String { String(hash, radix: 16) }
}
