import Problems
import Serving
import ServingFlows

/// An instance with its area bound, to which flows and throughputs are cut, as formulations state it. Flows are in
/// parts of the bound, so that no coefficient is larger than the number of layers.
public struct ServingChoices: Choices {
  public let instance: ServingInstance
  let figures: ClusterFigures
  /// The area bound [1/s]; the unit of flows in models, or 1 if nothing can flow.
  let bound: Double
  let unit: Double
  /// The most that can flow through each machine [1/s].
  let limits: [Double]

  /// Throughputs and capacities below this share of the bound are left out: they are below the tolerances of solvers.
  private static let leastShare = 1e-10

  public init(_ instance: ServingInstance) throws(CancellationError) {
    self.instance = instance
    figures = instance.figures
    if Task.isCancelled { throw CancellationError() }
    let area = AreaBound(figures)
    bound = area.value
    unit = area.value > 0 ? area.value : 1
    limits = area.limits
  }

  public var lowerBound: Double { 0 - bound }
  public var isComplete: Bool { true }
  public func limited(to cost: Double) -> ServingChoices { self }
  public func tightened() -> ServingChoices? { nil }

  /// What flows through the machines of a plan, or on its links, is at most this, in parts of the bound; 0 if it is left out.
  func share(_ rate: Double) -> Double {
    let share = min(rate, bound) / unit
    return share < Self.leastShare ? 0 : share
  }

  /// An option of a machine: the layers it holds, and what it then passes, in parts of the bound.
  struct Option {
    var held: Int
    var share: Double
  }

  /// The options with which something can flow through a machine.
  func options(ofMachine machine: Int) -> [Option] {
    figures.options(ofMachine: machine).compactMap { option in
      let share = share(min(figures.rates[option], limits[machine]))
      return share > 0 ? Option(held: figures.held[option], share: share) : nil
    }
  }

  /// A link over which something can flow, with the capacity in parts of the bound.
  struct Arc {
    var tail: Int
    var head: Int
    var share: Double
  }

  /// The machines with some option.
  var machines: [Int] { limits.indices.filter { !options(ofMachine: $0).isEmpty } }

  /// The links between machines that can hold something.
  var arcs: [Arc] {
    let isUsed = limits.indices.map { !options(ofMachine: $0).isEmpty }
    return limits.indices.flatMap { tail -> [Arc] in
      guard isUsed[tail] else { return [] }
      return (figures.linkStarts[tail]..<figures.linkStarts[tail + 1]).compactMap { link in
        let head = figures.linkHeads[link]
        let share = share(min(figures.linkCapacities[link], limits[tail], limits[head]))
        return isUsed[head] && share > 0 ? Arc(tail: tail, head: head, share: share) : nil
      }
    }
  }

  /// What the links at the ends carry, in parts of the bound; 0 without one.
  func sourceShare(_ machine: Int) -> Double { share(min(figures.fromSource[machine], limits[machine])) }
  func sinkShare(_ machine: Int) -> Double { share(min(figures.toSink[machine], limits[machine])) }

  /// Lines at the top of exported files: which machine has which number.
  var legend: [String] {
    instance.machines.enumerated().map { "machine \($0.offset): \($0.element.id.text)" }
      + ["Flows are in parts of the area bound, \(unit) tokens a second."]
  }

  /// The plan of a placement, with its largest flow.
  func plan(of placement: Placement) -> ServingPlan {
    ServingPlan(placement, PlacementFlow(placement, in: figures))
  }
}

extension ServingChoices {
  /// Whether no link can bind at the area bound, so that machines of one table are alike.
  var linksAreFree: Bool { figures.linksAreFree(at: bound, limits: limits) }

  /// The machines with the same options.
  var groups: [[Int]] {
    struct Key: Hashable {
      var table: Int
      var limit: Double
    }
    var groupOfKey: [Key: Int] = [:]
    var groups: [[Int]] = []
    for machine in machines {
      let key = Key(
        table: figures.tableOfMachine[machine],
        limit: min(limits[machine], figures.topRate(ofMachine: machine)))
      if let group = groupOfKey[key] {
        groups[group].append(machine)
      } else {
        groupOfKey[key] = groups.count
        groups.append([machine])
      }
    }
    return groups
  }
}
