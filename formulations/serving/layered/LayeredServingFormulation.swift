import LinearModels
import Problems
import Serving
import ServingFlows

/// Flow through the boundaries between layers; a machine that holds layers is an arc over them. README.md beside this
/// file states it with the same symbols.
public struct LayeredServingFormulation: Formulation {
  public typealias P = ServingProblem

  public let name = "layered"
  public let summary =
    "boundaries between layers are the copies; a machine that holds layers is an arc over them"

  public init() {}

  public func refusal(of instance: ServingInstance) -> String? { nil }

  public func size(of stated: ServingChoices) -> ModelSize {
    let layers = Double(stated.figures.layers)
    let machines = stated.machines
    let options = Double(machines.reduce(0) { $0 + stated.options(ofMachine: $1).count })
    let (count, links) = (Double(machines.count), Double(stated.arcs.count))
    let linkColumns = links * layers
    return ModelSize(
      columns: 2 * options * layers + layers + linkColumns,
      rows: options * layers + layers + 1 + count * (3 + 3 * layers) + links,
      nonzeros: 5 * options * layers + 2 * layers + 3 * count + 5 * linkColumns
        + (stated.figures.isPartial ? options * layers * layers : 0))
  }

  public func encode(_ stated: ServingChoices) throws(ModelError) -> Encoding<ServingPlan> {
    let areFree = stated.linksAreFree
    var model = LinearModel(name: name, objectiveUnit: "tokens a second")
    model.comments =
      stated.legend
      + (areFree
        ? ["z_k_s_h counts machines of group k that hold h layers behind boundary s; f is their flow."]
        : [
          "z_u_s_h = 1 if machine u holds h layers behind boundary s; f is its flow.",
          "y_u_v_b is the flow from machine u to v at boundary b.",
        ])
    let groups = areFree ? stated.groups : stated.machines.map { [$0] }
    let ends = areFree ? nil : MachineEnds(stated)
    if areFree {
      for (group, machines) in groups.enumerated() {
        model.comments.append("group \(group): machines \(machines.map { "\($0)" }.joined(separator: ", "))")
      }
    }
    var arcs: [HoldingArc] = []
    for (group, machines) in groups.enumerated() {
      try ModelError.checkCancellation()
      arcs += HoldingArc.all(areFree ? group : machines[0], machines, stated, ends, &model)
    }
    if areFree { return try freeEncoding(stated, groups, arcs, model) }
    return try linkEncoding(stated, arcs, model)
  }

  // MARK: Links that never bind

  /// Flow is conserved at boundaries. With partial inference it may go back over boundaries: machines then do again what
  /// is done already, which is the same as skipping it.
  private func freeEncoding(
    _ stated: ServingChoices, _ groups: [[Int]], _ arcs: [HoldingArc], _ given: LinearModel
  ) throws(ModelError) -> Encoding<ServingPlan> {
    var model = given
    let layers = stated.figures.layers
    var balance = [LinearExpression](repeating: LinearExpression(), count: layers + 1)
    for arc in arcs {
      balance[arc.first].add(-1, arc.flow)
      balance[arc.end].add(1, arc.flow)
    }
    var back: [Variable] = []
    if stated.figures.isPartial, !arcs.isEmpty {
      for boundary in stride(from: 1, to: layers, by: 1) {
        let column = model.addContinuous(Label("back", boundary), upper: 1)
        balance[boundary].add(-1, column)
        balance[boundary - 1].add(1, column)
        back.append(column)
      }
    }
    for boundary in stride(from: 1, to: layers, by: 1) where !balance[boundary].terms.isEmpty {
      model.add(Label("conserve", boundary), balance[boundary] == 0.0)
    }
    model.minimise((0 - stated.unit) * balance[layers])
    let compiled = try model.compiled()
    return Encoding(model: compiled, objectiveMagnitude: stated.bound > 0 ? stated.bound : nil) { values in
      var placement = Placement(machineCount: stated.figures.machineCount)
      var used = [Int](repeating: 0, count: groups.count)
      for arc in arcs {
        for _ in 0..<Int(values[arc.count.column].rounded()) {
          guard used[arc.group] < groups[arc.group].count else { return nil }
          let machine = groups[arc.group][used[arc.group]]
          used[arc.group] += 1
          (placement.first[machine], placement.held[machine]) = (arc.first, arc.held)
        }
      }
      return stated.plan(of: placement)
    } point: { [back] plan in
      var values = [Double](repeating: 0, count: compiled.columnCount)
      guard HoldingArc.mark(plan, arcs, groups, stated, &values) else { return nil }
      for flow in plan.flows {
        guard case .machine(let tail) = flow.tail, case .machine(let head) = flow.head else { continue }
        let (first, end) = (plan.placement.first[head], plan.placement.end(tail))
        guard end > first else { continue }
        guard back.count >= end else { return nil }
        for boundary in first + 1...end { values[back[boundary - 1].column] += flow.rate / stated.unit }
      }
      return values
    }
  }

  // MARK: Links that bind

  /// Flow on a link is kept by the boundary at which its tail ends.
  private func linkEncoding(
    _ stated: ServingChoices, _ arcs: [HoldingArc], _ given: LinearModel
  ) throws(ModelError) -> Encoding<ServingPlan> {
    var model = given
    let (layers, isPartial) = (stated.figures.layers, stated.figures.isPartial)
    // By machine and boundary: what ends there, and what flows on from there.
    var rows = BoundaryRows(machineCount: stated.figures.machineCount, layers: layers)
    for arc in arcs {
      rows.end[arc.group]?[arc.end].add(1, arc.flow)
      rows.start[arc.group]?[arc.first].add(1, arc.flow)
      rows.through[arc.group]?.add(1, arc.flow)
      for layer in arc.first..<arc.end { rows.cover[arc.group]?[layer].add(arc.share, arc.count) }
    }
    for machine in stated.machines {
      let (source, sink) = (stated.sourceShare(machine), stated.sinkShare(machine))
      guard let start = rows.start[machine]?[0], let end = rows.end[machine]?[layers] else { continue }
      if isPartial {
        // Flow from elsewhere may join machines at the first layer too, so that the source has a column of its own.
        let column = model.addContinuous(Label("in", machine), upper: source)
        rows.inward[machine]?.add(1, column)
        rows.source[machine] = column
        model.add(Label("first", machine), column - start <= 0.0)
      } else if !start.terms.isEmpty {
        model.add(Label("in", machine), start <= source)
      }
      if !end.terms.isEmpty { model.add(Label("out", machine), end <= sink) }
    }
    var moves: [LinkFlow] = []
    for arc in stated.arcs {
      try ModelError.checkCancellation()
      var total = LinearExpression()
      for boundary in stride(from: 1, to: layers, by: 1)
      where rows.canMeet(arc.tail, arc.head, boundary, isPartial) {
        let column = model.addContinuous(Label("y", arc.tail, arc.head, boundary), upper: arc.share)
        moves.append(LinkFlow(tail: arc.tail, head: arc.head, boundary: boundary, flow: column))
        total.add(1, column)
        rows.leaving[arc.tail]?[boundary].add(1, column)
        rows.entering[arc.head]?[boundary].add(1, column)
        rows.inward[arc.head]?.add(1, column)
      }
      if !total.terms.isEmpty { model.add(Label("link", arc.tail, arc.head), total <= arc.share) }
    }
    rows.add(to: &model, stated.machines, layers: layers, isPartial: isPartial)
    model.minimise(
      sum(over: stated.machines) { machine in
        (0 - stated.unit) * (rows.end[machine]?[layers] ?? LinearExpression())
      })
    let (compiled, sources) = (try model.compiled(), rows.source)
    return Encoding(model: compiled, objectiveMagnitude: stated.bound > 0 ? stated.bound : nil) { values in
      var placement = Placement(machineCount: stated.figures.machineCount)
      for arc in arcs where values[arc.count.column] > 0.5 {
        guard placement.held[arc.group] == 0 else { return nil }
        (placement.first[arc.group], placement.held[arc.group]) = (arc.first, arc.held)
      }
      return stated.plan(of: placement)
    } point: { [moves] plan in
      var values = [Double](repeating: 0, count: compiled.columnCount)
      let groups = (0..<stated.figures.machineCount).map { [$0] }
      guard HoldingArc.mark(plan, arcs, groups, stated, &values) else { return nil }
      for flow in plan.flows {
        let share = flow.rate / stated.unit
        switch (flow.tail, flow.head) {
        case (.machine(let tail), .machine(let head)):
          let boundary = plan.placement.end(tail)
          guard
            let move = moves.first(where: { $0.tail == tail && $0.head == head && $0.boundary == boundary })
          else {
            return nil
          }
          values[move.flow.column] = share
        case (.source, .machine(let head)): if let column = sources[head] { values[column.column] = share }
        default: continue
        }
      }
      return values
    }
  }
}

/// The flow on a link at a boundary.
private struct LinkFlow {
  let tail: Int
  let head: Int
  let boundary: Int
  let flow: Variable
}

/// Which machines the source or others feed, and which the sink or others take from.
private struct MachineEnds {
  private let layers: Int
  private let isPartial: Bool
  private var fromSource: [Bool]
  private var toSink: [Bool]
  private var fromMachines: [Bool]
  private var toMachines: [Bool]

  init(_ stated: ServingChoices) {
    let machines = stated.limits.indices
    (layers, isPartial) = (stated.figures.layers, stated.figures.isPartial)
    (fromSource, toSink) = (
      machines.map { stated.sourceShare($0) > 0 }, machines.map { stated.sinkShare($0) > 0 }
    )
    fromMachines = Array(repeating: false, count: machines.count)
    toMachines = fromMachines
    for arc in stated.arcs { (toMachines[arc.tail], fromMachines[arc.head]) = (true, true) }
  }

  /// Whether links can feed a machine that holds the layers behind boundary `first` up to `end`, and take from it. With
  /// partial inference others feed it at any boundary before its end, though not at 0, where only the source does.
  func canFlow(_ machine: Int, _ first: Int, _ end: Int) -> Bool {
    let isFed =
      first == 0 && fromSource[machine] || (isPartial ? end > 1 : first > 0) && fromMachines[machine]
    return isFed && (end == layers ? toSink[machine] : toMachines[machine])
  }
}

/// The arcs of a group of machines that hold `held` layers behind boundary `first`: how many there are, and their flow.
private struct HoldingArc {
  let group: Int
  let first: Int
  let held: Int
  /// What each passes, in parts of the bound.
  let share: Double
  let count: Variable
  let flow: Variable

  var end: Int { first + held }

  /// Adds the arcs of a group over which something can flow, with f <= share z, and at most one for each machine.
  /// - Parameter ends: where links feed machines and take from them; `nil` if none binds.
  static func all(
    _ group: Int, _ machines: [Int], _ stated: ServingChoices, _ ends: MachineEnds?,
    _ model: inout LinearModel
  ) -> [HoldingArc] {
    var arcs: [HoldingArc] = []
    for option in stated.options(ofMachine: machines[0]) {
      for first in 0...(stated.figures.layers - option.held)
      where ends?.canFlow(machines[0], first, first + option.held) ?? true {
        let count =
          machines.count == 1
          ? model.addBinary(Label("z", group, first, option.held))
          : model.addInteger(Label("z", group, first, option.held), upper: Double(machines.count))
        let flow = model.addContinuous(Label("f", group, first, option.held), upper: 1)
        model.add(Label("pass", group, first, option.held), flow <= option.share * count)
        arcs.append(
          HoldingArc(
            group: group, first: first, held: option.held, share: option.share, count: count, flow: flow))
      }
    }
    if !arcs.isEmpty {
      model.add(Label("machines", group), sum(over: arcs) { $0.count } <= Double(machines.count))
    }
    return arcs
  }

  /// Marks where a plan's machines stand and what flows through them; false if one has no arc.
  static func mark(
    _ plan: ServingPlan, _ arcs: [HoldingArc], _ groups: [[Int]], _ stated: ServingChoices,
    _ values: inout [Double]
  ) -> Bool {
    var groupOf = [Int](repeating: -1, count: stated.figures.machineCount)
    for (group, machines) in groups.enumerated() { for machine in machines { groupOf[machine] = group } }
    struct Place: Hashable { var group, first, held: Int }
    var arcAt: [Place: HoldingArc] = [:]
    for arc in arcs { arcAt[Place(group: arc.group, first: arc.first, held: arc.held)] = arc }
    var through = [Double](repeating: 0, count: groupOf.count)
    for flow in plan.flows { if case .machine(let head) = flow.head { through[head] += flow.rate } }
    for (machine, held) in plan.placement.held.enumerated() where held > 0 {
      let place = Place(group: groupOf[machine], first: plan.placement.first[machine], held: held)
      guard let arc = arcAt[place] else {
        if through[machine] > 0 { return false }
        continue
      }
      values[arc.count.column] += 1
      values[arc.flow.column] += through[machine] / stated.unit
    }
    return true
  }
}

/// The rows of machines and boundaries where links bind.
private struct BoundaryRows {
  /// By machine, then by boundary: the flow of arcs that end and start there.
  var end: [Int: [LinearExpression]] = [:]
  var start: [Int: [LinearExpression]] = [:]
  /// What links take from a machine, and bring to it.
  var leaving: [Int: [LinearExpression]] = [:]
  var entering: [Int: [LinearExpression]] = [:]
  /// By layer: what the arc over it passes.
  var cover: [Int: [LinearExpression]] = [:]
  /// All that flows through a machine, and all that links and the source bring.
  var through: [Int: LinearExpression] = [:]
  var inward: [Int: LinearExpression] = [:]
  /// The flow from the source, with partial inference.
  var source: [Int: Variable] = [:]

  init(machineCount: Int, layers: Int) {
    let empty = [LinearExpression](repeating: LinearExpression(), count: layers + 1)
    for machine in 0..<machineCount {
      (end[machine], start[machine], leaving[machine], entering[machine], cover[machine]) =
        (empty, empty, empty, empty, empty)
      (through[machine], inward[machine]) = (LinearExpression(), LinearExpression())
    }
  }

  /// Whether flow can move on between two machines at a boundary.
  func canMeet(_ tail: Int, _ head: Int, _ boundary: Int, _ isPartial: Bool) -> Bool {
    let starts = isPartial ? cover[head]?[boundary] : start[head]?[boundary]
    return end[tail]?[boundary].terms.isEmpty == false && starts?.terms.isEmpty == false
  }

  /// What ends at a boundary leaves there; what enters starts there or, with partial inference, enters where the machine
  /// holds the next layer.
  func add(to model: inout LinearModel, _ machines: [Int], layers: Int, isPartial: Bool) {
    for machine in machines {
      guard let end = end[machine], let start = start[machine], let leaving = leaving[machine],
        let entering = entering[machine], let cover = cover[machine]
      else { continue }
      for boundary in stride(from: 1, to: layers, by: 1) {
        if !end[boundary].terms.isEmpty {
          model.add(Label("end", machine, boundary), end[boundary] - leaving[boundary] == 0.0)
        }
        if isPartial {
          if !entering[boundary].terms.isEmpty {
            model.add(Label("enter", machine, boundary), entering[boundary] <= cover[boundary])
          }
        } else if !start[boundary].terms.isEmpty {
          model.add(Label("start", machine, boundary), start[boundary] - entering[boundary] == 0.0)
        }
      }
      if isPartial, let through = through[machine], let inward = inward[machine] {
        model.add(Label("conserve", machine), through - inward == 0.0)
      }
    }
  }
}
