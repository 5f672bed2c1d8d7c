import Foundations
import Problems

/// An answer as text for people: a heading of a few lines, and the plan.
struct AnswerText<P: Problem> {
  private let answer: Answer<P>
  private let kind: Kind<P>

  init(_ answer: Answer<P>, _ kind: Kind<P>) {
    self.answer = answer
    self.kind = kind
  }

  var text: String {
    heading + (answer.plan.map { kind.text($0, answer.instance) } ?? "")
  }

  private var heading: String {
    let file = answer.file
    var lines = ["status     \(file.status.rawValue)"]
    if let report = file.objective {
      let quantity = P.objective(of: answer.instance).quantity
      let bound = "bound \(quantity.text(report.bound)), gap \(Figures.percentage(report.gap))"
      lines.append("objective  \(report.kind) \(quantity.text(report.value)) (\(bound))")
    }
    if let reason = file.reason { lines.append("reason     \(reason)") }
    if let solver = file.solver {
      lines.append("found by   \(Self.means(solver.origin)), in \(Figures.duration(solver.seconds))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func means(_ origin: Origin) -> String {
    var parts: [String] = []
    if let method = origin.method { parts.append("method \(method)") }
    if let formulation = origin.formulation { parts.append("formulation \(formulation)") }
    return (parts + ["backend \(origin.backend)"]).joined(separator: ", ")
  }
}
