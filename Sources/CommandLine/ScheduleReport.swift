import Charts
import LayerRoute
import Queues
import QueuesChecking

/// A schedule as its simulation shows it, which has recorded the timeline.
extension ScheduleEvaluation {
  /// Nodes and links that serve a job or a backlog, in the instance's order.
  var usedResources: [Int] { Set(simulation.timeline.map(\.resource)).sorted() }

  /// A node's id, or those of the ends of a link.
  func names(_ resource: Int) -> [Name] {
    let network = instance.network
    guard resource >= network.nodes.count else { return [network.nodes[resource].id] }
    let link = network.links[resource - network.nodes.count]
    return [network.nodes[link.tail].id, network.nodes[link.head].id]
  }

  func name(_ resource: Int) -> String { names(resource).map(shown).joined(separator: " > ") }

  private func shown(_ name: Name) -> String { TerminalText.shortened(name.text) }

  var gantt: String {
    let used = usedResources
    let rows = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
    // If the first job comes late, an axis from 0 would show little else.
    let start = instance.earliestRelease
    let bars = simulation.timeline.compactMap { stretch -> GanttChart.Bar? in
      let (from, to) = (max(0, stretch.start - start), stretch.end - start)
      guard let row = rows[stretch.resource], to > from else { return nil }
      return GanttChart.Bar(row: row, job: stretch.job, start: from, end: to, label: label(stretch))
    }
    let late = start > 0 ? ", from the earliest release on" : ""
    let span = Figures.duration(value - start)
    let title = "\(instance.objective.rawValue) \(span), \(instance.discipline.rawValue)\(late)"
    return GanttChart(
      title: title, rows: used.map(name), bars: bars, jobs: instance.jobs.map { shown($0.id) }
    ).svg
  }

  private func label(_ stretch: Simulation.Stretch) -> String {
    guard let job = stretch.job else { return "backlog" }
    let dnn = instance.splitting.dnn(ofJob: job)
    let what = stretch.layer < 0 ? "input" : shown(dnn.layers[stretch.layer].name)
    return "\(shown(instance.jobs[job].id)): \(what)"
  }
}
