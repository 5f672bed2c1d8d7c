import Foundations
import Networks
import Splitting
import SplittingChecking

/// The text of a plan: for each job the host of each run of layers, the routes of the tensors, and the
/// latency.
struct PlanText {
  private let plan: Plan
  private let instance: Instance
  private let evaluation: Evaluation

  /// - Parameter instance: the instance of the plan.
  init(_ plan: Plan, of instance: Instance) {
    self.plan = plan
    self.instance = instance
    evaluation = Evaluator(instance).evaluate(plan)
  }

  /// One section for each job, after an empty line.
  var text: String { plan.jobs.indices.map { "\n" + section($0) }.joined() }

  private func section(_ job: Int) -> String {
    let figures = evaluation.jobs[job]
    let parts = [
      ("compute", figures.compute), ("transfer", figures.transfer), ("propagation", figures.propagation),
      ("waiting", figures.waiting),
    ].map { "\($0.0) \(Figures.duration($0.1))" }
    let id = TerminalText.quoted(instance.jobs[job].id.text)
    let title = "job \(id): latency \(Figures.duration(figures.latency))"
    return "\(title)\n  = \(parts.joined(separator: " + "))\n" + table(job).text
  }

  private func table(_ job: Int) -> TextTable {
    let (dnn, jobPlan) = (instance.dnn(ofJob: job), plan.jobs[job])
    let bytes = instance.stageBytes(ofJob: job).map(Figures.size)
    var table = TextTable([("layers", .left), ("host", .left), ("tensor in", .right), ("its route", .left)])
    for run in jobPlan.hostRuns {
      let first = run.layers.lowerBound
      table.add([layers(dnn, run.layers), shown(run.host), bytes[first], route(jobPlan, first)])
    }
    let last = dnn.layers.count
    let target = jobPlan.routes.last?.last ?? instance.jobs[job].target
    table.add(["(result)", shown(target), bytes[last], route(jobPlan, last)])
    return table
  }

  private func layers(_ dnn: DNN, _ layers: Range<Int>) -> String {
    let names = [layers.lowerBound, layers.upperBound - 1].map {
      TerminalText.shortened(dnn.layers[$0].name.text)
    }
    return layers.count == 1 ? names[0] : "\(names[0]) ... \(names[1]) (\(layers.count))"
  }

  private func route(_ jobPlan: JobPlan, _ stage: Int) -> String {
    let nodes = jobPlan.routes[stage]
    return nodes.count == 1 ? "(here already)" : nodes.map(shown).joined(separator: " > ")
  }

  private func shown(_ node: Int) -> String {
    TerminalText.shortened(instance.network.nodes[node].id.text)
  }
}

extension JobPlan {
  /// The maximal runs of consecutive layers on one host.
  var hostRuns: [(host: Int, layers: Range<Int>)] {
    var runs: [(host: Int, layers: Range<Int>)] = []
    for (layer, host) in hosts.enumerated() {
      if let last = runs.last, last.host == host {
        runs[runs.count - 1].layers = last.layers.lowerBound..<layer + 1
      } else {
        runs.append((host, layer..<layer + 1))
      }
    }
    return runs
  }
}
