import Foundations
import LinearModels

/// The reason why a solve has no result.
public enum PlanningError: Error, Sendable, CustomStringConvertible {
  /// The formulation or planner cannot express the instance, or the request contradicts itself.
  case refused(String)
  /// The model would take more memory than there is [byte], or more numbers than solvers can count.
  case tooLarge(formulation: String, size: ModelSize, memory: Double)
  /// The backend is missing or broke.
  case backend(BackendError)
  /// The figures of the instance together leave the range of numbers; with the place.
  case figures(String)
  /// The figures of the instance leave the range of numbers that solvers accept.
  case model(ModelError)
  /// The backend's answer is wrong: the evaluator, a known plan or a known bound refutes it.
  case wrongAnswer(backend: String, detail: String)
  /// The task was cancelled before there was an answer.
  case cancelled

  public var description: String {
    switch self {
    case .refused(let reason): reason
    case .tooLarge(let formulation, let size, let memory):
      "the model of formulation \(formulation) is too large: up to \(Self.count(size.columns)) columns, "
        + "\(Self.count(size.rows)) rows and \(Self.count(size.nonzeros)) nonzeros, about "
        + "\(Figures.size(size.bytes)) of memory, but only \(Figures.size(memory)) may be used; restrict the "
        + "hosts of layers (`hosts`), or use a formulation with fewer columns (layered has the fewest)"
    case .backend(let error): "\(error)"
    case .figures(let place): "\(place); check the units of its figures"
    case .model(let error): "the model cannot be built: \(error)"
    case .wrongAnswer(let backend, let detail): "\(backend) gave a wrong answer, which is not used: \(detail)"
    case .cancelled: "cancelled"
    }
  }

  /// A number with its digits in groups of three.
  private static func count(_ number: Double) -> String {
    guard number < 1e15 else { return "\(number)" }
    let digits = Array("\(Int(number))")
    func separator(before index: Int) -> String { index > 0 && (digits.count - index) % 3 == 0 ? "," : "" }
    return digits.indices.map { "\(separator(before: $0))\(digits[$0])" }.joined()
  }
}

extension Sequence {
  /// The element with a name. Throws ``PlanningError/refused(_:)`` with the known names if there is none.
  package func named(
    _ name: String, _ noun: String, besides others: [String] = [], by nameOf: (Element) -> String
  ) throws(PlanningError) -> Element {
    if let found = first(where: { nameOf($0) == name }) { return found }
    let known = map(nameOf) + others
    let near = EditDistance.nearest(to: name, among: known).map { " (did you mean \($0)?)" } ?? ""
    let list = known.count == 1 ? "there is only \(known[0])" : "there are \(known.joined(separator: ", "))"
    throw .refused("there is no \(noun) \(name)\(near); \(list)")
  }
}
