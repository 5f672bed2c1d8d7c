import Documents
import Foundations
import Problems

/// Reads what a plan file states in the keys of this kind. Its numbers are compared with the evaluator's elsewhere.
struct BatchingPlanReader {
  let document: Document
  let instance: BatchingInstance

  private enum BlockKey: Int, CaseIterable { case name, batch, start, end }
  private static let blockSchema = Schema<BlockKey>()

  private enum UserKey: Int, CaseIterable { case id, scheduled, bandwidth, exit, completion }
  private static let userSchema = Schema<UserKey>()

  /// - Throws: if the file is no plan file. What does not match the instance is a finding.
  func plan() throws(InputError) -> StatedPlan<BatchingProblem.Plan> {
    _ = try document.finiteNumber(document.required("window", of: Document.root))
    try checkBlocks()
    let users = Dictionary(uniqueKeysWithValues: instance.users.enumerated().map { ($1.id, $0) })
    let blocks = Dictionary(uniqueKeysWithValues: instance.blocks.enumerated().map { ($1.name, $0) })
    var exits = [Int?](repeating: nil, count: instance.users.count)
    var isStated = [Bool](repeating: false, count: instance.users.count)
    var findings: [String] = []
    var last: Int?
    for element in try document.elements(of: document.required("users", of: Document.root)) {
      let stated = try user(element)
      guard let user = users[stated.id] else {
        findings.append("the instance has no user \(quoted(stated.id))")
        continue
      }
      if isStated[user] { findings.append("the plan has user \(quoted(stated.id)) twice") }
      isStated[user] = true
      if let last, user < last {
        findings.append(
          "user \(quoted(stated.id)) comes after \(quoted(instance.users[last].id)), but users must be in the instance's order"
        )
      }
      last = user
      if !stated.isScheduled, stated.hasMore {
        findings.append("user \(quoted(stated.id)) is not scheduled, but the plan says more of it")
      }
      guard let exit = stated.exit, stated.isScheduled else { continue }
      exits[user] = blocks[exit]
      if blocks[exit] == nil {
        findings.append("user \(quoted(stated.id)): the DNN has no block \(quoted(exit))")
      }
    }
    for (user, isStated) in zip(instance.users, isStated) where !isStated {
      findings.append("the plan has nothing for user \(quoted(user.id))")
    }
    return StatedPlan(plan: findings.isEmpty ? BatchingProblem.Plan(exits: exits) : nil, findings: findings)
  }

  private func checkBlocks() throws(InputError) {
    for element in try document.elements(of: document.required("blocks", of: Document.root)) {
      let fields = try document.fields(of: element, Self.blockSchema)
      _ = try document.identifier(fields.required(.name))
      for key in [BlockKey.batch, .start, .end] { _ = try document.finiteNumber(fields.required(key)) }
    }
  }

  private func user(
    _ element: Int
  ) throws(InputError) -> (id: Name, isScheduled: Bool, hasMore: Bool, exit: Name?) {
    let fields = try document.fields(of: element, Self.userSchema)
    let id = try document.identifier(fields.required(.id))
    guard try document.flag(fields.required(.scheduled)) else {
      let hasMore = [UserKey.bandwidth, .exit, .completion].contains { fields[$0] != nil }
      return (id, false, hasMore, nil)
    }
    for key in [UserKey.bandwidth, .completion] { _ = try document.finiteNumber(fields.required(key)) }
    return (id, true, true, try document.identifier(fields.required(.exit)))
  }

  private func quoted(_ name: Name) -> String { TerminalText.quoted(name.text) }
}
