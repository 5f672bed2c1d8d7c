import Foundations
import Problems
import Serving

/// A placement problem that the authors of Helix published as a Gurobi LP file with its cluster (Mei et al., "Helix:
/// Serving Large Language Models over Heterogeneous GPUs and Network via Max-Flow", ASPLOS 2025; repository
/// Thesys-lab/Helix-ASPLOS25, Apache License 2.0).
///
/// Tables and capacities are the coefficients of the LP files (`node_throughput_constraint_*`, `edge_flow_constr_*`,
/// `end_constraint_*`), types are those of the cluster files. Changed: the form alone.
struct PublishedCluster: Sendable {
  let name: String
  let layers: Int
  /// A token between layers [byte].
  let hidden: Double
  let tables: [(type: String, rates: [Double])]
  /// The type of each machine; ids are the type and the position.
  let machines: String
  let links: Links

  enum Links: Sendable {
    /// One capacity for all links at the ends, and one between all machines [1/s].
    case uniform(ends: Double, between: Double)
    /// Tail, head and capacity of each.
    case listed([Double])
  }

  init(
    _ name: String, layers: Int, hidden: Double, tables: [(type: String, rates: [Double])], machines: String,
    links: Links
  ) {
    (self.name, self.layers, self.hidden, self.tables) = (name, layers, hidden, tables)
    (self.machines, self.links) = (machines, links)
  }

  /// What a token takes at the ends [byte].
  private static let endBytes = 2.0

  var instance: ServingInstance {
    let types = tables.map { type, rates in
      ServingInstance.MachineType(Name(type), rates.enumerated().map { ($0.offset + 1, $0.element) })
    }
    let machines = self.machines.split(separator: " ").enumerated().map { position, type in
      ServingInstance.Machine(
        Name("\(type)-\(position)"), .type(tables.firstIndex { $0.type == type } ?? 0))
    }
    return ServingInstance(
      layers: layers, input: Self.endBytes, hidden: hidden, output: Self.endBytes, types: types,
      machines: machines, links: Self.links(links, machines.count))
  }

  private static func links(_ links: Links, _ count: Int) -> [ServingInstance.Link] {
    typealias Link = ServingInstance.Link
    func duplex(_ tail: Int, _ head: Int, _ capacity: Double) -> [Link] {
      [
        Link(.machine(tail), .machine(head), .capacity(capacity)),
        Link(.machine(head), .machine(tail), .capacity(capacity)),
      ]
    }
    switch links {
    case .uniform(let ends, let between):
      return (0..<count).map { Link(.source, .machine($0), .capacity(ends)) }
        + (0..<count).map { Link(.machine($0), .sink, .capacity(ends)) }
        + (0..<count).flatMap { tail in (tail + 1..<count).flatMap { duplex(tail, $0, between) } }
    case .listed(let numbers):
      return stride(from: 0, to: numbers.count, by: 3).flatMap { start -> [Link] in
        let (tail, head, capacity) = (Int(numbers[start]), Int(numbers[start + 1]), numbers[start + 2])
        if tail == -1 { return [Link(.source, .machine(head), .capacity(capacity))] }
        if head == -2 { return [Link(.machine(tail), .sink, .capacity(capacity))] }
        return duplex(tail, head, capacity)
      }
    }
  }
}

extension ServingFamilies {
  /// The published instances.
  static let helix = Family<ServingProblem>(
    "helix", "The clusters that the authors of Helix (ASPLOS 2025) published.", parameters: [published],
    usualSeed: nil
  ) { _, values throws(ParameterError) in
    let name = values.word("instance") ?? PublishedCluster.all[0].name
    return (PublishedCluster.all.first { $0.name == name } ?? PublishedCluster.all[0]).instance
  }

  private static let published = Parameter(
    "instance", .word(PublishedCluster.all.map(\.name)), label: "the published instance",
    usual: PublishedCluster.all[0].name, "Model and cluster.")
}
