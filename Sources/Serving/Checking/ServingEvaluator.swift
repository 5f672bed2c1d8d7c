import Documents
import Foundations
import Problems
import Serving

/// Evaluates plans of serving from the instance's stored figures alone: links, conservation, throughput, the order of
/// layers, and whether the placement would pass more.
public struct ServingEvaluator: Sendable {
  private let instance: ServingInstance
  /// The capacity of each link that is there [1/s].
  private let capacity: [Pair: Double]

  struct Pair: Hashable {
    var tail: ServingInstance.End
    var head: ServingInstance.End
  }

  /// - Complexity: O(links).
  public init(_ instance: ServingInstance) {
    self.instance = instance
    var capacity: [Pair: Double] = [:]
    for link in instance.links {
      let limit: Double
      switch link.limit {
      case .capacity(let tokens): limit = tokens
      case .bandwidth(let bits):
        let bytes =
          link.tail == .source ? instance.input : link.head == .sink ? instance.output : instance.hidden
        let perToken = 8 * (bytes ?? 0)
        limit = perToken > 0 ? bits / perToken : .infinity
      }
      if limit > 0 { capacity[Pair(tail: link.tail, head: link.head)] = limit }
    }
    self.capacity = capacity
  }

  /// - Complexity: O(machines x options + flows); the remarks take a maximum flow.
  public func assess(_ plan: ServingPlan) -> Assessment {
    var check = Check(evaluator: self, plan: plan)
    check.run()
    let (instance, through, value) = (instance, check.inward, check.value)
    return Assessment(
      cost: 0 - value, violations: check.violations, canBeCarriedOut: check.isPlacement,
      report: {
        [
          .init(
            "machines",
            .array(
              instance.machines.indices.map { machine in
                [
                  "id": .string(instance.machines[machine].id.text),
                  "first": .number(Double(plan.placement.first[machine])),
                  "layers": .number(Double(plan.placement.held[machine])), "flow": .number(through[machine]),
                ]
              })),
          .init(
            "flows",
            .array(
              plan.flows.map {
                [
                  "from": .string(instance.name(of: $0.tail).text),
                  "to": .string(instance.name(of: $0.head).text),
                  "rate": .number($0.rate),
                ]
              })),
        ]
      },
      remarks: { remarks(plan, value) })
  }

  /// Why nothing can flow in this cluster, in one sentence; `nil` if something may.
  public var obstacle: String? { FlowObstacle(instance, capacity).text }

  /// How much more the placement would pass, or why nothing does.
  private func remarks(_ plan: ServingPlan, _ value: Double) -> [String] {
    let most = LargestFlow(plan.placement, instance, capacity).value
    guard most > value * Tolerance.slack else {
      return value == 0 ? obstacle.map { ["nothing can flow: \($0)"] } ?? [] : []
    }
    let texts = Figures.apart([value, most, most - value], .rate)
    return ["the same placement passes up to \(texts[1]), \(texts[2]) more than these flows"]
  }

  fileprivate func shown(_ machine: Int) -> String {
    "machine \(TerminalText.quoted(instance.machines[machine].id.text))"
  }

  fileprivate func shown(_ flow: ServingPlan.Flow) -> String {
    "\(TerminalText.quoted(instance.name(of: flow.tail).text)) to "
      + TerminalText.quoted(instance.name(of: flow.head).text)
  }

  /// The checks of one plan.
  private struct Check {
    let evaluator: ServingEvaluator
    let plan: ServingPlan
    private(set) var violations: [String] = []
    /// Whether every machine holds layers of the model that its table has.
    private(set) var isPlacement = true
    /// By machine, what flows in and out [1/s].
    private(set) var inward: [Double]
    private var outward: [Double]
    /// What flows into the sink [1/s].
    private(set) var value = 0.0

    private var instance: ServingInstance { evaluator.instance }

    init(evaluator: ServingEvaluator, plan: ServingPlan) {
      self.evaluator = evaluator
      self.plan = plan
      inward = Array(repeating: 0, count: evaluator.instance.machines.count)
      outward = inward
    }

    mutating func run() {
      let count = instance.machines.count
      guard plan.placement.first.count == count, plan.placement.held.count == count else {
        violations.append("the plan is not one of this cluster's machines")
        isPlacement = false
        return
      }
      for machine in 0..<count { checkHeld(machine) }
      var seen = Set<Pair>()
      for flow in plan.flows {
        if !seen.insert(Pair(tail: flow.tail, head: flow.head)).inserted {
          violations.append("the flow from \(evaluator.shown(flow)) is listed twice")
        }
        check(flow)
      }
      for machine in 0..<count { checkFlow(through: machine) }
    }

    private func end(_ machine: Int) -> Int { plan.placement.first[machine] + plan.placement.held[machine] }

    private mutating func checkHeld(_ machine: Int) {
      let (first, held) = (plan.placement.first[machine], plan.placement.held[machine])
      guard held != 0 else { return }
      guard first >= 0, held > 0, first <= instance.layers - held else {
        violations.append(
          "\(evaluator.shown(machine)) holds layers \(first) to \(first.addingReportingOverflow(held).partialValue), "
            + "but the model has \(instance.layers)")
        isPlacement = false
        return
      }
      if !instance.table(ofMachine: machine).contains(where: { $0.held == held && $0.rate > 0 }) {
        violations.append(
          "\(evaluator.shown(machine)) cannot hold \(Figures.count(held, "layer")): its table has no throughput for them"
        )
        isPlacement = false
      }
    }

    private mutating func check(_ flow: ServingPlan.Flow) {
      let place = evaluator.shown(flow)
      if !(flow.rate > 0) || flow.rate == .infinity {
        violations.append("the flow from \(place) is \(flow.rate); flows that are listed are above 0")
      }
      if case .machine(let tail) = flow.tail { outward[tail] += flow.rate }
      if case .machine(let head) = flow.head { inward[head] += flow.rate }
      if flow.head == .sink { value += flow.rate }
      guard let capacity = evaluator.capacity[Pair(tail: flow.tail, head: flow.head)] else {
        violations.append("there is no link from \(place)")
        return
      }
      if flow.rate > capacity * Tolerance.slack {
        let texts = Figures.apart([flow.rate, capacity], .rate)
        violations.append("the flow from \(place) is \(texts[0]), but the link carries \(texts[1])")
      }
      if isPlacement { checkOrder(flow, place) }
    }

    /// Flow goes on with the layer behind the last one that it passed.
    private mutating func checkOrder(_ flow: ServingPlan.Flow, _ place: String) {
      let layer: Int
      switch flow.tail {
      case .source: layer = 0
      case .sink: return
      case .machine(let tail):
        if plan.placement.held[tail] == 0 {
          return violations.append("\(evaluator.shown(tail)) holds nothing, but passes flow")
        }
        layer = end(tail)
      }
      switch flow.head {
      case .source: return
      case .sink:
        if layer != instance.layers {
          violations.append(
            "the flow from \(place) has passed \(layer) of \(Figures.count(instance.layers, "layer"))")
        }
      case .machine(let head):
        let first = plan.placement.first[head]
        // What comes from the source needs the first layer, with partial inference too.
        let meets =
          instance.isPartial ? first <= layer && layer < end(head) : first == layer
        if !meets {
          violations.append(
            "the flow from \(place) needs layer \(layer + 1) next, but \(evaluator.shown(head)) holds "
              + (plan.placement.held[head] == 0 ? "nothing" : "layers \(first + 1) to \(end(head))"))
        }
      }
    }

    private mutating func checkFlow(through machine: Int) {
      let (into, out) = (inward[machine], outward[machine])
      if abs(into - out) > Tolerance.relative * max(abs(into), abs(out)) {
        let texts = Figures.apart([into, out], .rate)
        violations.append("\(texts[0]) flow into \(evaluator.shown(machine)), but \(texts[1]) out of it")
      }
      let held = plan.placement.held[machine]
      guard held > 0, let entry = instance.table(ofMachine: machine).first(where: { $0.held == held }) else {
        return
      }
      if into > entry.rate * Tolerance.slack {
        let texts = Figures.apart([into, entry.rate], .rate)
        violations.append(
          "\(texts[0]) flow through \(evaluator.shown(machine)), but with \(Figures.count(held, "layer")) it passes \(texts[1])"
        )
      }
    }
  }
}
