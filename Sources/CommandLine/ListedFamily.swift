import Documents
import LayerRoute
import Problems

/// A family of any kind, with its parameters as `generate` needs them.
struct ListedFamily: Sendable {
  /// The name of its kind.
  let kind: String
  let name: String
  let summary: String
  let parameters: [Parameter]
  let instance: @Sendable (UInt64?, ParameterValues) throws(GeneratorError) -> GeneratedInstance

  /// The parameter with this option on the command line.
  func parameter(_ option: String) -> Parameter? { parameters.first { $0.option == option } }

  static let all = Kinds.all.flatMap { families(of: $0) }

  private static func families<K: AnyKind>(of kind: K) -> [ListedFamily] {
    let kind = kind.kind
    return kind.families.map { family in
      ListedFamily(
        kind: K.P.name, name: family.name, summary: family.summary, parameters: family.parameters
      ) { seed, values throws(GeneratorError) in
        let instance = try family.instance(seed: seed, values)
        return GeneratedInstance(
          file: JSONWriter.text(of: K.P.json(of: instance)),
          report: { kind.calibration(instance, family.title(seed: seed)) })
      }
    }
  }
}

/// An instance of any kind.
struct GeneratedInstance {
  /// The text of its file.
  let file: String
  /// A summary for people.
  let report: () -> String
}

extension Sequence where Element: Hashable {
  /// Each element once, in the order of first occurrences.
  var distinct: [Element] {
    var seen = Set<Element>()
    return filter { seen.insert($0).inserted }
  }
}
