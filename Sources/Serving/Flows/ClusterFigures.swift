/// A serving problem as flat arrays: what bounds, searches and formulations read.
///
/// Machines are numbered from 0. The options of a table are the numbers of layers that a machine can hold, ascending,
/// each with the most tokens a second that it then passes; options of rate 0, and those of more layers than the model
/// has, are left out.
public struct ClusterFigures: Sendable {
  /// The number L of layers of the model.
  public let layers: Int
  /// Whether a machine takes flow at any layer that it holds.
  public let isPartial: Bool
  /// The table of each machine.
  public let tableOfMachine: [Int]
  /// The first option of each table in ``held`` and ``rates``, and the number of all options.
  public let tableStarts: [Int]
  /// The layers that an option holds.
  public let held: [Int]
  /// The most tokens a second that pass a machine with an option.
  public let rates: [Double]
  /// The capacity of the link from the source to each machine, and from each machine to the sink [1/s]; 0 without one.
  public let fromSource: [Double]
  public let toSink: [Double]
  /// The links that leave each machine, by head: machine u has those from `linkStarts[u]` up to `linkStarts[u + 1]`.
  public let linkStarts: [Int]
  public let linkHeads: [Int]
  public let linkCapacities: [Double]

  /// A link between machines with its capacity [1/s].
  public struct Link: Sendable {
    public var tail: Int
    public var head: Int
    public var capacity: Double

    public init(tail: Int, head: Int, capacity: Double) {
      (self.tail, self.head, self.capacity) = (tail, head, capacity)
    }
  }

  /// Figures from tables as ascending options, and links in any order; links of capacity 0 are left out.
  ///
  /// - Complexity: O(machines + options + links log links).
  public init(
    layers: Int, isPartial: Bool, tables: [[(held: Int, rate: Double)]], tableOfMachine: [Int],
    fromSource: [Double], toSink: [Double], links: [Link]
  ) {
    self.layers = layers
    self.isPartial = isPartial
    self.tableOfMachine = tableOfMachine
    self.fromSource = fromSource
    self.toSink = toSink
    var (starts, held, rates) = ([0], [Int](), [Double]())
    for table in tables {
      for option in table where option.rate > 0 && option.held <= layers {
        held.append(option.held)
        rates.append(option.rate)
      }
      starts.append(held.count)
    }
    (tableStarts, self.held, self.rates) = (starts, held, rates)
    let sorted = links.filter { $0.capacity > 0 }.sorted { ($0.tail, $0.head) < ($1.tail, $1.head) }
    var linkStarts = [Int](repeating: 0, count: tableOfMachine.count + 1)
    for link in sorted { linkStarts[link.tail + 1] += 1 }
    for machine in tableOfMachine.indices { linkStarts[machine + 1] += linkStarts[machine] }
    self.linkStarts = linkStarts
    linkHeads = sorted.map(\.head)
    linkCapacities = sorted.map(\.capacity)
  }

  public var machineCount: Int { tableOfMachine.count }
  public var tableCount: Int { tableStarts.count - 1 }

  /// The options of a machine.
  public func options(ofMachine machine: Int) -> Range<Int> { options(ofTable: tableOfMachine[machine]) }

  public func options(ofTable table: Int) -> Range<Int> { tableStarts[table]..<tableStarts[table + 1] }

  /// The largest rate of a machine; 0 if it can hold nothing.
  public func topRate(ofMachine machine: Int) -> Double { rates[options(ofMachine: machine)].max() ?? 0 }

  /// The option of a machine that holds a number of layers; `nil` if it cannot hold it.
  public func option(ofMachine machine: Int, holding layers: Int) -> Int? {
    options(ofMachine: machine).first { held[$0] == layers }
  }

  /// The capacity of the link between two machines [1/s]; 0 without one.
  ///
  /// - Complexity: O(log links of the tail).
  public func capacity(from tail: Int, to head: Int) -> Double {
    var (low, high) = (linkStarts[tail], linkStarts[tail + 1])
    while low < high {
      let middle = (low + high) / 2
      if linkHeads[middle] < head { low = middle + 1 } else { high = middle }
    }
    return low < linkStarts[tail + 1] && linkHeads[low] == head ? linkCapacities[low] : 0
  }
}
