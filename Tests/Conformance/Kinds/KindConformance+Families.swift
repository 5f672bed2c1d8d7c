import Documents
import Problems
import Testing

extension KindConformance {
  /// Seeds decide: the same instance each time, another one for another seed; and what help says of parameters is so.
  public func checkFamilies() throws {
    for family in kind.families {
      let context = "\(P.name), family \(family.name)"
      let seeds = [family.usualSeed, 1, 2]
      let texts = try seeds.map { try text(of: family.instance(seed: $0)) }
      #expect(
        try seeds.map { try text(of: family.instance(seed: $0)) } == texts,
        "\(context): another the next time")
      if family.usualSeed != nil {
        #expect(texts[1] != texts[2], "\(context): seeds 1 and 2 give the same instance")
      }
      for seed in seeds {
        let instance = try family.instance(seed: seed)
        try checkInstanceFile(
          of: ConformanceSample("\(family.title(seed: seed))", instance), isThorough: false)
        #expect(throws: Never.self, "\(context)") { try kind.checkFigures(instance) }
        #expect(!kind.calibration(instance, family.title(seed: seed)).isEmpty, "\(context)")
      }
      try checkParameters(of: family, usual: texts[1])
    }
  }

  private func checkParameters(of family: Family<P>, usual: String) throws {
    let names = family.parameters.map(\.name)
    #expect(Set(names).count == names.count, "\(family.name): \(names)")
    for parameter in family.parameters {
      let context = "\(P.name), family \(family.name), \(parameter.name)"
      #expect(!parameter.help.isEmpty && !parameter.label.isEmpty, "\(context)")
      // In words, where it is no value.
      if let words = parameter.usual, let value = try? parameter.value(of: words) {
        let made = try text(of: family.instance(seed: 1, ParameterValues([parameter.name: value])))
        #expect(made == usual, "\(context): \(words) is not the usual value")
      }
      let wrong: ParameterValue =
        if case .word = parameter.domain { .word("nonesuch") } else { .number(.nan) }
      do {
        _ = try family.instance(seed: 1, ParameterValues([parameter.name: wrong]))
        Issue.record("\(context): \(wrong.text) is accepted")
      } catch {
        #expect(error.description.contains(parameter.label), "\(context): \(error)")
      }
    }
    do {
      _ = try family.instance(seed: 1, ParameterValues(["nonesuch": .integer(1)]))
      Issue.record("\(P.name), family \(family.name): a parameter nonesuch is accepted")
    } catch {
      #expect(error.description.contains("nonesuch"), "\(error)")
    }
  }

  private func text(of instance: P.Instance) -> String { JSONWriter.text(of: P.json(of: instance)) }
}
