import Documents
import Foundations
import Problems
import ServingFlows

/// The problem of serving: which layers does each machine of a cluster hold so that the most tokens a second flow through?
public enum ServingProblem: Problem {
  public typealias Instance = ServingInstance
  public typealias Plan = ServingPlan

  public static let name = "serving"
  public static let summary =
    "which layers does each machine of a cluster hold, so that the most tokens a second flow through?"

  public static let instanceKeys = Document.servingKeys
  public static func instance(from document: Document) throws(InputError) -> ServingInstance {
    try document.servingInstance()
  }

  public static func json(of instance: ServingInstance) -> JSONValue { instance.jsonValue }

  public static func size(of instance: ServingInstance) -> InstanceSize {
    InstanceSize(nodes: instance.machines.count, links: instance.links.count, layers: instance.layers)
  }

  public static let objectives = ["throughput"]

  public static func objective(of instance: ServingInstance) -> Objective {
    Objective("throughput", .maximise, quantity: .rate)
  }

  public static func instance(_ instance: ServingInstance, withObjective name: String) -> ServingInstance {
    instance
  }

  public static let planKeys = ["machines", "flows"]
  public static let emptyPlan = planKeys.map { JSONValue.Member($0, .array([])) }

  public static func plan(
    in document: Document, of instance: ServingInstance
  ) throws(InputError) -> StatedPlan<ServingPlan> {
    try document.servingPlan(of: instance)
  }
}

extension Document {
  private enum MachineKey: Int, CaseIterable { case id, first, layers, flow }
  private static let machineSchema = Schema<MachineKey>()

  private enum FlowKey: Int, CaseIterable { case from, to, rate }
  private static let flowSchema = Schema<FlowKey>()

  /// The plan of a file; names and sizes that do not match the instance are findings.
  fileprivate func servingPlan(of instance: ServingInstance) throws(InputError) -> StatedPlan<ServingPlan> {
    let indices = Dictionary(uniqueKeysWithValues: instance.machines.enumerated().map { ($1.id, $0) })
    var findings: [String] = []
    var placement = Placement(machineCount: instance.machines.count)
    var isListed = [Bool](repeating: false, count: instance.machines.count)
    for element in try elements(of: required("machines", of: Document.root)) {
      let fields = try self.fields(of: element, Self.machineSchema)
      let id = try identifier(fields.required(.id))
      let (first, held) = (try index(fields.required(.first)), try index(fields.required(.layers)))
      _ = try finiteNumber(fields.required(.flow))
      guard let machine = indices[id] else {
        findings.append("the cluster has no machine \(TerminalText.quoted(id.text))")
        continue
      }
      if isListed[machine] { findings.append("machine \(TerminalText.quoted(id.text)) is listed twice") }
      isListed[machine] = true
      // Nothing beyond the model can be held, and such numbers must not overflow.
      guard held <= instance.layers, first <= instance.layers || held == 0 else {
        findings.append(
          "machine \(TerminalText.quoted(id.text)) holds layers beyond the last one, \(instance.layers)")
        continue
      }
      (placement.first[machine], placement.held[machine]) = (first, held)
    }
    for (machine, isListed) in isListed.enumerated() where !isListed {
      findings.append("machine \(TerminalText.quoted(instance.machines[machine].id.text)) is missing")
    }
    var flows: [ServingPlan.Flow] = []
    for element in try elements(of: required("flows", of: Document.root)) {
      let fields = try self.fields(of: element, Self.flowSchema)
      let names = (try identifier(fields.required(.from)), try identifier(fields.required(.to)))
      let rate = try finiteNumber(fields.required(.rate))
      func end(_ name: Name) -> ServingPlan.End? {
        if name == "source" { return .source }
        if name == "sink" { return .sink }
        if let machine = indices[name] { return .machine(machine) }
        findings.append("the cluster has no machine \(TerminalText.quoted(name.text))")
        return nil
      }
      if let tail = end(names.0), let head = end(names.1) {
        flows.append(ServingPlan.Flow(tail, head, rate: rate))
      }
    }
    return StatedPlan(
      plan: findings.isEmpty ? ServingPlan(placement: placement, flows: flows) : nil, findings: findings)
  }
}
