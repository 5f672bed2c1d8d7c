import Foundations
import Problems
import Serving

/// The families of serving.
public enum ServingFamilies {
  public static let all = [cluster, helix]

  /// Clusters of machines of several types in one or more regions.
  static let cluster = Family<ServingProblem>(
    "cluster", "Machines of several types that serve a language model, in one or more regions.",
    parameters: [machines, types, layers, regions, linkRatio, partial]
  ) { seed, values throws(ParameterError) in
    var random = SplitMix64(seed: seed ?? 0)
    let types = values.integer("types") ?? 3
    let layers = values.integer("layers") ?? 40
    let draft = ClusterDraft(
      machines: values.integer("machines") ?? 12, regions: values.integer("regions") ?? 1,
      ratio: values.number("linkRatio") ?? 1, isPartial: values.word("partial") == "on")
    return draft.instance(types: types, layers: layers, &random)
  }

  private static let machines = Parameter(
    "machines", .integer(1...2000), label: "the number of machines", usual: "12", "Machines.")
  private static let types = Parameter(
    "types", .integer(1...100), label: "the number of types", usual: "3", "Types of machines.")
  private static let layers = Parameter(
    "layers", .integer(1...10_000), label: "the number of layers", usual: "40", "Layers of the model.")
  private static let regions = Parameter(
    "regions", .integer(1...100), label: "the number of regions", usual: "1",
    "Regions between which links are slow.")
  private static let linkRatio = Parameter(
    "linkRatio", .number(0.001...1000), label: "the ratio of link bandwidths", usual: "1",
    "Factor of the bandwidth of links between regions.")
  private static let partial = Parameter(
    "partial", .word(["off", "on"]), label: "partial inference", usual: "off",
    "Whether machines take flow at any layer that they hold.")
}

/// A cluster of which the size is known.
struct ClusterDraft {
  let machines: Int
  let regions: Int
  let ratio: Double
  let isPartial: Bool

  /// What a token of a hidden layer takes [byte], that of a model of 70 G parameters with numbers of two bytes.
  private static let hidden = 16_384.0

  /// Links inside a region have 10 Gbit/s, those between regions 100 to 400 Mbit/s times the ratio, the ends 10 Gbit/s.
  func instance(types count: Int, layers: Int, _ random: inout SplitMix64) -> ServingInstance {
    var types: [ServingInstance.MachineType] = []
    for type in 0..<count {
      types.append(ServingInstance.MachineType(Name("type \(type + 1)"), Self.table(layers: layers, &random)))
    }
    let cluster = (0..<machines).map { machine in
      ServingInstance.Machine(Name("m\(machine + 1)"), .type(random.nextIndex(below: count)))
    }
    var between: [Double] = []
    for _ in 0..<regions * regions { between.append(ratio * random.nextLogUniform(100e6, 400e6)) }
    var links: [ServingInstance.Link] = []
    for machine in 0..<machines {
      links.append(ServingInstance.Link(.source, .machine(machine), .bandwidth(10e9)))
      links.append(ServingInstance.Link(.machine(machine), .sink, .bandwidth(10e9)))
    }
    for tail in 0..<machines {
      for head in 0..<tail {
        let (first, second) = (head % regions, tail % regions)
        let bandwidth = first == second ? 10e9 : between[min(first, second) * regions + max(first, second)]
        links.append(ServingInstance.Link(.machine(head), .machine(tail), .bandwidth(bandwidth)))
        links.append(ServingInstance.Link(.machine(tail), .machine(head), .bandwidth(bandwidth)))
      }
    }
    return ServingInstance(
      layers: layers, input: 4, hidden: Self.hidden, output: 4, types: types, machines: cluster, links: links,
      isPartial: isPartial)
  }

  /// Tokens a second by layers held. The memory that weights leave is the cache of requests in flight; a step of h layers
  /// takes a fixed time a layer to read its weights, and a time for each request. So few layers leave large batches, which
  /// computing limits, and many leave small ones, which reading limits. All figures are this project's choice.
  static func table(layers: Int, _ random: inout SplitMix64) -> ServingInstance.Table {
    let memory = random.nextLogUniform(12, 80)  // [GB]
    let weights = 1.7  // of a layer [GB]
    let cache = 0.016  // of a request, for a layer [GB]
    let reading = weights / random.nextLogUniform(300, 2000)  // of a layer [s]
    let computing = 1 / random.nextLogUniform(4e3, 3e4)  // of a token in a layer [s]
    var table: ServingInstance.Table = []
    for held in 1...layers {
      let left = memory - weights * Double(held)
      guard left > 0 else { break }
      let batch = (left / (cache * Double(held))).rounded(.down)
      guard batch >= 1 else { break }
      let step = Double(held) * (reading + batch * computing)
      table.append((held, (batch / step * 1000).rounded() / 1000))
    }
    return table
  }
}
