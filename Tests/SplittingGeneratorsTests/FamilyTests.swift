import Problems
import Splitting
import SplittingGenerators
import Testing

/// Families as data: what the command line and suites make instances from.
@Suite struct FamilyTests {
  @Test func familiesAreThoseOfTheEntryPoints() throws {
    let expected = [
      "chain": try Instance.chain(seed: 3), "two-tier": try .twoTier(seed: 3),
      "geometric": try .geometric(seed: 3),
      "backbone": try .backbone(seed: 3), "fat-tree": try .fatTree(seed: 3), "demo": .demo(seed: 3),
    ]
    #expect(Set(SplittingFamilies.all.map(\.name)) == Set(expected.keys))
    for family in SplittingFamilies.all {
      #expect(try family.instance(seed: 3) == expected[family.name], "\(family.name)")
    }
  }

  @Test func theUsualSeedIsNoughtButForTheDemo() throws {
    #expect(try family("chain").instance() == Instance.chain(seed: 0))
    #expect(try family("chain").title(seed: nil) == "chain, seed 0")
    #expect(try family("demo").instance() == Instance.demo())
    #expect(try family("demo").title(seed: nil) == "demo")
    #expect(try family("demo").title(seed: 0) == "demo, seed 0")
  }

  /// Help shows the usual values, which nothing else ties to those that are used.
  @Test(arguments: SplittingFamilies.all.map(\.name))
  func theUsualValuesAreThoseWithoutAChoice(_ name: String) throws {
    let family = try family(name)
    let instance = try family.instance(seed: 1)
    var tried = 0
    for parameter in family.parameters {
      guard let usual = parameter.usual, let value = try? parameter.value(of: usual) else { continue }
      #expect(try family.instance(seed: 1, ParameterValues([parameter.name: value])) == instance)
      tried += 1
    }
    #expect(tried >= family.parameters.count - 2, "all but layers and rate")
  }

  /// Of every parameter another value than the usual one.
  @Test(arguments: SplittingFamilies.all.map(\.name))
  func everyParameterReachesTheInstance(_ name: String) throws {
    let family = try family(name)
    var base = ParameterValues()
    if !family.parameters.isEmpty {
      base = ParameterValues(["dnn": .word("random"), "backlog": .number(1), "layers": .integer(4)])
    }
    let instance = try family.instance(seed: 1, base)
    for parameter in family.parameters {
      var values = base
      if parameter.name == "dnn" { values["layers"] = nil }
      values[parameter.name] =
        switch parameter.domain {
        case .integer: .integer(8)
        case .number: .number(0.05)
        case .word(let words): .word(words.last ?? "")
        case .seed: .seed(8)
        case .names: .names([])
        }
      #expect(try family.instance(seed: 1, values) != instance, "\(parameter.name)")
    }
  }

  @Test func whatAFamilyDoesNotTakeIsRefused() throws {
    func refusal(_ name: String, _ values: [String: ParameterValue]) throws -> String {
      let family = try family(name)
      let error = #expect(throws: ParameterError.self) { try family.instance(ParameterValues(values)) }
      return error?.description ?? ""
    }
    #expect(try refusal("chain", ["arity": .integer(4)]) == "arity does not apply to chain")
    #expect(try refusal("demo", ["jobs": .integer(4)]) == "jobs does not apply to demo")
    #expect(
      try refusal("chain", ["nodes": .number(4)]).hasPrefix(
        "the number of nodes is \"4\"; it must be a whole"))
    #expect(try refusal("chain", ["rate": .integer(4)]).contains("it must be a number"))
    #expect(try refusal("geometric", ["nodes": .integer(1)]).contains("nodes is 1; it must be between 2 and"))
    #expect(try refusal("chain", ["dnn": .word("lenet")]).contains("\"lenet\"; it must be one of vgg16"))
  }

  private func family(_ name: String) throws -> Problems.Family<SplittingProblem> {
    try #require(SplittingFamilies.all.first { $0.name == name })
  }
}
