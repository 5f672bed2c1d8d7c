/// The words that a shell offers after `layerroute generate`.
enum GeneratorCompletion {
  /// `index` is that of the word to complete in the command line, `prefix` the part of it that is typed already.
  @Sendable static func candidates(words: [String], index: Int, prefix: String) -> [String] {
    let before = words.prefix(index)
    let kind = ListedFamily.all.first { before.contains($0.kind) }?.kind
    let families = ListedFamily.all.filter { kind == nil || $0.kind == kind }
    let named = families.filter { before.contains($0.name) }
    let parameters = (named.isEmpty ? families : named).flatMap(\.parameters)
    if let parameter = parameters.first(where: { $0.option == before.last }) {
      return if case .word(let words) = parameter.domain { words } else { [] }
    }
    if !named.isEmpty || prefix.hasPrefix("-") { return parameters.map(\.option).distinct }
    return (kind == nil ? families.map(\.kind).distinct : []) + families.map(\.name).distinct
  }
}
