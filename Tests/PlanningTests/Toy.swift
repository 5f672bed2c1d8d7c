import Documents
import Problems
import Splitting
import Synchronization

/// The smallest kind of problem there is: a plan is a number, which is its cost, and must not be negative.
enum Toy: Problem {
  struct Instance: Sendable {}
  typealias Plan = Double

  static let name = "toy"
  static let summary = "which number is the smallest?"

  static func instance(from document: Document) throws(InputError) -> Instance { Instance() }
  static func json(of instance: Instance) -> JSONValue { ["layerroute": 1, "problem": "toy"] }
  static func size(of instance: Instance) -> InstanceSize { InstanceSize() }
  static func objective(of instance: Instance) -> Objective { Objective("total", quantity: .duration) }
  static let objectives = ["total"]
  static func instance(_ instance: Instance, withObjective name: String) -> Instance { instance }
  static let planKeys = ["number"]
  static let emptyPlan: [JSONValue.Member] = []

  static func plan(in document: Document, of instance: Instance) throws(InputError) -> StatedPlan<Double> {
    StatedPlan(plan: try document.finiteNumber(document.required("number", of: Document.root)))
  }

  static func assess(_ plan: Double) -> Assessment {
    Assessment(cost: plan, violations: plan < 0 ? ["it is negative"] : [], canBeCarriedOut: true) {
      [.init("number", .number(plan))]
    }
  }
}

extension KnownPlan<Double> {
  static func toy(_ plan: Double) -> KnownPlan<Double>? { KnownPlan(plan, Toy.assess(plan)) }
}

/// Counts what it is told.
final class Count: Sendable {
  private let count = Mutex(0)

  var value: Int { count.withLock { $0 } }
  func increase() { count.withLock { $0 += 1 } }
}
