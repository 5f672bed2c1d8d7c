import Foundations

/// A cluster of machines that serves a model of equal layers.
public struct ServingInstance: Sendable {
  /// The number L of layers of the model.
  public var layers: Int
  /// The bytes of a token on links out of the source, between machines, and into the sink; `nil` if no link needs them.
  public var input: Double?
  public var hidden: Double?
  public var output: Double?
  public var types: [MachineType]
  public var machines: [Machine]
  public var links: [Link]
  /// Whether a machine takes flow at any layer that it holds.
  public var isPartial: Bool

  public init(
    layers: Int, input: Double? = nil, hidden: Double? = nil, output: Double? = nil,
    types: [MachineType] = [],
    machines: [Machine], links: [Link], isPartial: Bool = false
  ) {
    self.layers = layers
    (self.input, self.hidden, self.output) = (input, hidden, output)
    (self.types, self.machines, self.links) = (types, machines, links)
    self.isPartial = isPartial
  }

  /// How many tokens a second pass a machine, by the number of layers that it holds; ascending.
  public typealias Table = [(held: Int, rate: Double)]

  /// A kind of machine.
  public struct MachineType: Sendable {
    public var name: Name
    public var table: Table

    public init(_ name: Name, _ table: Table) { (self.name, self.table) = (name, table) }
  }

  public struct Machine: Sendable {
    public var id: Name
    public var throughput: Throughput

    public init(_ id: Name, _ throughput: Throughput) { (self.id, self.throughput) = (id, throughput) }
  }

  /// Where a machine's table stands.
  public enum Throughput: Sendable {
    /// The index of its type.
    case type(Int)
    case own(Table)
  }

  public struct Link: Sendable {
    public var tail: End
    public var head: End
    public var limit: Limit

    public init(_ tail: End, _ head: End, _ limit: Limit) {
      (self.tail, self.head, self.limit) = (tail, head, limit)
    }
  }

  /// What a link begins or ends at.
  public enum End: Sendable, Hashable {
    case source
    case sink
    /// The index of a machine.
    case machine(Int)
  }

  /// What a link can carry.
  public enum Limit: Sendable, Equatable {
    /// [bit/s]
    case bandwidth(Double)
    /// Tokens a second; 0 is a link that is not there [1/s].
    case capacity(Double)
  }

  /// The table of a machine.
  public func table(ofMachine machine: Int) -> Table {
    switch machines[machine].throughput {
    case .type(let type): types[type].table
    case .own(let table): table
    }
  }

  /// The id of a link's end, as files have it.
  public func name(of end: End) -> Name {
    switch end {
    case .source: "source"
    case .sink: "sink"
    case .machine(let machine): machines[machine].id
    }
  }
}
