import Foundations
import Networks
import Splitting

/// A plan for people: per job where each run of layers is hosted, how the tensors get there, and the latency.
struct PlanText {
  private let document: PlanDocument
  private let instance: Instance

  /// - Parameter instance: the one that the document's plan belongs to.
  init(_ document: PlanDocument, of instance: Instance) {
    self.document = document
    self.instance = instance
  }

  var text: String {
    var text = heading
    for (job, report) in zip(instance.jobs.indices, document.jobs) { text += "\n" + section(job, report) }
    return text
  }

  private var heading: String {
    var lines = ["status     \(document.status.rawValue)"]
    if let objective = document.objective {
      let value = "\(objective.kind.rawValue) \(Figures.duration(objective.value))"
      let bound = "bound \(Figures.duration(objective.bound)), gap \(Figures.percentage(objective.gap))"
      lines.append("objective  \(value) (\(bound))")
    }
    if let reason = document.reason { lines.append("reason     \(reason)") }
    if let solver = document.solver {
      let means = "formulation \(solver.formulation), backend \(solver.backend)"
      lines.append("found by   \(means), in \(Figures.duration(solver.seconds))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func section(_ job: Int, _ report: PlanDocument.JobReport) -> String {
    let parts = [
      ("compute", report.compute), ("transfer", report.transfer), ("propagation", report.propagation),
      ("waiting", report.waiting),
    ].map { "\($0.0) \(Figures.duration($0.1))" }
    let title = "job \(TerminalText.quoted(report.id.text)): latency \(Figures.duration(report.latency))"
    return "\(title)\n  = \(parts.joined(separator: " + "))\n" + table(job, report).text
  }

  private func table(_ job: Int, _ report: PlanDocument.JobReport) -> TextTable {
    let dnn = instance.dnn(ofJob: job)
    var table = TextTable([("layers", .left), ("host", .left), ("tensor in", .right), ("its route", .left)])
    var first = 0
    while first < report.hosts.count {
      var last = first
      while last + 1 < report.hosts.count, report.hosts[last + 1] == report.hosts[first] { last += 1 }
      table.add([
        layers(dnn, first, last), shown(report.hosts[first]), size(dnn, stage: first), route(report, first),
      ])
      first = last + 1
    }
    let target = report.routes.last?.last ?? ""
    table.add([
      "(result)", shown(target), size(dnn, stage: dnn.layers.count), route(report, dnn.layers.count),
    ])
    return table
  }

  private func layers(_ dnn: DNN, _ first: Int, _ last: Int) -> String {
    let names = [dnn.layers[first].name, dnn.layers[last].name].map(shown)
    return first == last ? names[0] : "\(names[0]) ... \(names[1]) (\(last - first + 1))"
  }

  private func size(_ dnn: DNN, stage: Int) -> String {
    Figures.size(stage == 0 ? dnn.input : dnn.layers[stage - 1].output)
  }

  private func route(_ report: PlanDocument.JobReport, _ stage: Int) -> String {
    let nodes = report.routes[stage]
    return nodes.count == 1 ? "(here already)" : nodes.map(shown).joined(separator: " > ")
  }

  private func shown(_ name: Name) -> String { TerminalText.shortened(name.text) }
}
