import LinearModels
import Problems
import Serving
import ServingFlows

/// A start and one-hot sizes for each machine, flow on links, and a switch for each link that big-M rows tie to starts
/// and sizes; README.md beside this file states it with the same symbols.
public struct SwitchedFormulation: Formulation {
  public typealias P = ServingProblem

  public let name = "switched"
  public let summary =
    "a start and sizes for each machine, and a switch for each link, tied by big-M rows (Helix)"

  public init() {}

  /// Big-M rows with more layers than this are beyond the tolerances of solvers.
  private static let mostLayers = 1_000_000

  public func refusal(of instance: ServingInstance) -> String? {
    if instance.layers <= Self.mostLayers { return nil }
    return "big-M rows with more than \(Self.mostLayers) layers are beyond the tolerances of solvers"
  }

  public func size(of stated: ServingChoices) -> ModelSize {
    let options = stated.limits.indices.map { Double(stated.options(ofMachine: $0).count) }
    let (machines, arcs) = (Double(stated.machines.count), stated.arcs)
    let total = options.reduce(0, +)
    let links = Double(arcs.count) + 2 * machines
    // A link has a flow, a switch, and three rows, two of them with the sizes of its ends.
    let sizes = arcs.reduce(0) { $0 + 2 * options[$1.tail] + options[$1.head] }
    return ModelSize(
      columns: machines + total + 2 * links, rows: 4 * machines + 3 * links + 1,
      nonzeros: 4 * total + machines + 13 * links + sizes)
  }

  public func encode(_ stated: ServingChoices) throws(ModelError) -> Encoding<ServingPlan> {
    var model = LinearModel(name: name, objectiveUnit: "tokens a second")
    model.comments =
      stated.legend + [
        "start_u is the first layer of machine u, from 0; hold_u_h = 1 if it holds h layers.",
        "flow_u_v and switch_u_v are those of the link from u to v; in_u and out_u those of the ends.",
      ]
    let most = Double(stated.figures.layers)
    var machines: [Int: MachineColumns] = [:]
    for machine in stated.machines { machines[machine] = MachineColumns(machine, stated, &model) }
    var links: [LinkColumns] = []
    for machine in stated.machines {
      guard let columns = machines[machine] else { continue }
      let share = stated.sourceShare(machine)
      if share > 0 {
        let link = LinkColumns("in", nil, machine, share, &model)
        // A link out of the source leads to a machine that starts with the first layer.
        model.add(Label("first", machine), columns.start + most * link.isOn <= most)
        links.append(link)
      }
      let sink = stated.sinkShare(machine)
      if sink > 0 {
        let link = LinkColumns("out", machine, nil, sink, &model)
        // A link into the sink comes from a machine that ends with the last layer.
        model.add(Label("last", machine), columns.end - most * link.isOn >= 0.0)
        links.append(link)
      }
    }
    for arc in stated.arcs {
      try ModelError.checkCancellation()
      guard let tail = machines[arc.tail], let head = machines[arc.head] else { continue }
      let link = LinkColumns("", arc.tail, arc.head, arc.share, &model)
      let (after, before) = (Label("after", arc.tail, arc.head), Label("before", arc.tail, arc.head))
      // The head holds the layer behind the tail's last one: from its start, or with partial inference anywhere.
      model.add(after, head.start - tail.end + most * link.isOn <= most)
      if stated.figures.isPartial {
        model.add(before, tail.end - head.end + (most + 1) * link.isOn <= most)
      } else {
        model.add(before, tail.end - head.start + most * link.isOn <= most)
      }
      links.append(link)
    }
    addFlowRows(stated, machines, links, &model)
    var value = LinearExpression()
    var total = LinearExpression()
    for link in links where link.head == nil {
      value.add(0 - stated.unit, link.flow)
      total.add(1, link.flow)
    }
    // No plan passes more than the area bound.
    if !total.terms.isEmpty { model.add(Label("area"), total <= 1.0) }
    model.minimise(value)
    return try encoding(stated, machines, links, model)
  }

  /// Flow is conserved at machines, and keeps to what their sizes pass.
  private func addFlowRows(
    _ stated: ServingChoices, _ machines: [Int: MachineColumns], _ links: [LinkColumns],
    _ model: inout LinearModel
  ) {
    var (inward, balance) = ([Int: LinearExpression](), [Int: LinearExpression]())
    for link in links {
      if let head = link.head {
        inward[head, default: LinearExpression()].add(1, link.flow)
        balance[head, default: LinearExpression()].add(1, link.flow)
      }
      if let tail = link.tail { balance[tail, default: LinearExpression()].add(-1, link.flow) }
    }
    for machine in stated.machines {
      guard let columns = machines[machine] else { continue }
      if let balance = balance[machine] { model.add(Label("conserve", machine), balance == 0.0) }
      guard let inward = inward[machine] else { continue }
      let passes = sum(over: columns.options.indices) { columns.options[$0].share * columns.hold[$0] }
      model.add(Label("pass", machine), inward <= passes)
    }
  }

  private func encoding(
    _ stated: ServingChoices, _ machines: [Int: MachineColumns], _ links: [LinkColumns], _ model: LinearModel
  ) throws(ModelError) -> Encoding<ServingPlan> {
    let compiled = try model.compiled()
    return Encoding(model: compiled, objectiveMagnitude: stated.bound > 0 ? stated.bound : nil) { values in
      var placement = Placement(machineCount: stated.figures.machineCount)
      for (machine, columns) in machines {
        guard let option = columns.hold.indices.first(where: { values[columns.hold[$0].column] > 0.5 }) else {
          continue
        }
        placement.held[machine] = columns.options[option].held
        placement.first[machine] = Int(values[columns.start.column].rounded())
        let isInside = placement.first[machine] >= 0 && placement.end(machine) <= stated.figures.layers
        if !isInside { return nil }
      }
      return stated.plan(of: placement)
    } point: { plan in
      var values = [Double](repeating: 0, count: compiled.columnCount)
      for (machine, held) in plan.placement.held.enumerated() where held > 0 {
        guard let columns = machines[machine],
          let option = columns.options.firstIndex(where: { $0.held == held })
        else { return nil }
        values[columns.start.column] = Double(plan.placement.first[machine])
        values[columns.hold[option].column] = 1
      }
      for flow in plan.flows {
        guard let link = links.first(where: { $0.isLink(flow) }) else { return nil }
        values[link.flow.column] = flow.rate / stated.unit
        values[link.isOn.column] = 1
      }
      return values
    }
  }
}

/// The start and the sizes of a machine.
private struct MachineColumns {
  let start: Variable
  let options: [ServingChoices.Option]
  let hold: [Variable]
  /// The layer behind the last one that it holds; the start if it holds none.
  let end: LinearExpression

  init(_ machine: Int, _ stated: ServingChoices, _ model: inout LinearModel) {
    let most = Double(stated.figures.layers)
    let start = model.addInteger(Label("start", machine), upper: most - 1)
    self.start = start
    options = stated.options(ofMachine: machine)
    hold = options.map { model.addBinary(Label("hold", machine, $0.held)) }
    end = start.expression + sum(over: zip(options, hold)) { Double($0.held) * $1 }
    model.add(Label("one", machine), sum(over: hold) { $0 } <= 1.0)
    model.add(Label("inside", machine), end <= most)
  }
}

/// The flow and the switch of a link.
private struct LinkColumns {
  /// The machines at its ends; `nil` for the source and the sink.
  let tail: Int?
  let head: Int?
  let flow: Variable
  let isOn: Variable

  /// Adds flow <= share x switch.
  init(_ end: String, _ tail: Int?, _ head: Int?, _ share: Double, _ model: inout LinearModel) {
    (self.tail, self.head) = (tail, head)
    func label(_ symbol: String) -> Label {
      let name = end.isEmpty ? symbol : "\(symbol)_\(end)"
      return tail.map { Label(name, $0, head) } ?? Label(name, head)
    }
    flow = model.addContinuous(label("flow"), upper: share)
    isOn = model.addBinary(label("switch"))
    model.add(label("on"), flow <= share * isOn)
  }

  func isLink(_ flow: ServingPlan.Flow) -> Bool {
    flow.tail == (tail.map { .machine($0) } ?? .source) && flow.head == (head.map { .machine($0) } ?? .sink)
  }
}
