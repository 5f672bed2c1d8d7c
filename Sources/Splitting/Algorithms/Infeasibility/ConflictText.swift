import Foundations
import Splitting

/// The description of a conflict: its families, its constraints, and the shortfall of each.
struct ConflictText {
  /// The length of the longest list of one family; longer lists end with the number of the others.
  static let longestList = 12

  private let instance: Instance
  private let conflict: Conflict
  private let limits: CouplingLimits
  private let shortfalls: [CouplingConstraint: Shortfall]

  init(_ instance: Instance, _ conflict: Conflict, _ shortfalls: [Shortfall]) {
    self.instance = instance
    self.conflict = conflict
    self.shortfalls = Dictionary(uniqueKeysWithValues: shortfalls.map { ($0.row, $0) })
    limits = instance.limits
  }

  var text: String {
    let families = CouplingConstraint.Family.allCases.filter { family in
      conflict.rows.contains { $0.family == family }
    }
    let demand = conflict.contiguous.isEmpty ? [] : ["contiguous"]
    let kinds = (demand + families.map(\.name)).joined(separator: " and ")
    let lists = (contiguousList + families.map(list(of:))).joined(separator: "; ")
    let caveat = " (time ran out before it was known whether all of these are needed)"
    return "\(kinds): \(verdict): \(lists)\(conflict.isMinimal ? "" : caveat)"
  }

  private var verdict: String {
    if conflict.rows.count + conflict.contiguous.count == 1 { return "this cannot hold" }
    return "these cannot all hold" + (conflict.isMinimal ? ", though they could without any one of them" : "")
  }

  /// The jobs that must be contiguous, as a list with one entry at most.
  private var contiguousList: [String] {
    if conflict.contiguous.isEmpty { return [] }
    let shown = conflict.contiguous.map(instance.quoted(job:)).list(most: Self.longestList)
    return ["one run of layers a node for job\(conflict.contiguous.count == 1 ? "" : "s") \(shown)"]
  }

  private func list(of family: CouplingConstraint.Family) -> String {
    let rows = conflict.rows.filter { $0.family == family }
    let shown = rows.map(member).list(most: Self.longestList)
    return "\(family.name) of \(noun(family))\(rows.count == 1 ? "" : "s") \(shown)"
  }

  private func noun(_ family: CouplingConstraint.Family) -> String {
    switch family {
    case .memory, .computeLoad: "node"
    case .linkLoad: "link"
    case .deadline: "job"
    }
  }

  /// A constraint's name, its limit, a limit that would be enough, and the parts of the memory that this limit holds.
  private func member(_ row: CouplingConstraint) -> String {
    let name =
      switch row {
      case .memory(let node), .computeLoad(let node): instance.quoted(node: node)
      case .linkLoad(let link): instance.quoted(link: link)
      case .deadline(let job): instance.quoted(job: job)
      }
    let quantity = row.family.quantity
    guard let shortfall = shortfalls[row] else {
      return "\(name) (\(Figures.apart([limits[row]], quantity)[0]))"
    }
    let (limit, enough) = Figures.relaxed(shortfall.limit, to: shortfall.enough, quantity)
    let parts = shortfall.memory?.parts.map { "\($0): " } ?? ""
    return "\(name) (\(limit); \(parts)\(enough) would do\(shortfall.isLeast ? "" : ", perhaps less"))"
  }
}
