import LayerRoute

/// A family of any kind, with its parameters as `generate` needs them.
struct ListedFamily: Sendable {
  /// The name of its kind.
  let kind: String
  let name: String
  let summary: String
  let parameters: [Parameter]
  /// The text of an instance's file, and a summary for people.
  let instance:
    @Sendable (UInt64?, ParameterValues) throws(ParameterError) -> (file: String, report: () -> String)

  /// The parameter with this option on the command line.
  func parameter(_ option: String) -> Parameter? { parameters.first { $0.option == option } }

  static let all = Kinds.all.flatMap { families(of: $0) }

  private static func families<K: AnyKind>(of kind: K) -> [ListedFamily] {
    let kind = kind.kind
    return kind.families.map { family in
      ListedFamily(
        kind: K.P.name, name: family.name, summary: family.summary, parameters: family.parameters
      ) { seed, values throws(ParameterError) in
        let instance = try family.instance(seed: seed, values)
        return (
          JSONWriter.text(of: K.P.json(of: instance)),
          { kind.calibration(instance, family.title(seed: seed)) }
        )
      }
    }
  }
}

extension Sequence where Element: Hashable {
  /// Each element once, in the order of first occurrences.
  var distinct: [Element] {
    var seen = Set<Element>()
    return filter { seen.insert($0).inserted }
  }
}
