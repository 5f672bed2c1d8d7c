import Graphs
import Instances

/// One coupling constraint, by the index of its node, link or job.
enum CouplingRow: Hashable, Sendable {
  case memory(Int)
  case computeLoad(Int)
  case linkLoad(Int)
  case deadline(Int)

  /// The families in the order in which a reason names them.
  enum Family: Int, CaseIterable, Sendable {
    case memory, computeLoad, linkLoad, deadline

    /// The contract's words.
    var name: String {
      switch self {
      case .memory: "memory"
      case .computeLoad: "compute load"
      case .linkLoad: "link load"
      case .deadline: "deadline"
      }
    }

    var quantity: Figures.Quantity {
      switch self {
      case .memory: .size
      case .computeLoad: .load
      case .linkLoad: .bandwidth
      case .deadline: .duration
      }
    }
  }

  var family: Family {
    switch self {
    case .memory: .memory
    case .computeLoad: .computeLoad
    case .linkLoad: .linkLoad
    case .deadline: .deadline
    }
  }

  var index: Int {
    switch self {
    case .memory(let index), .computeLoad(let index), .linkLoad(let index), .deadline(let index): index
    }
  }
}

extension CouplingRows {
  /// What the row allows, in the base unit of its quantity; `nil` where it is not in force.
  subscript(row: CouplingRow) -> Double? {
    get {
      switch row {
      case .memory(let node): memory[node]
      case .computeLoad(let node): computeLoad[node]
      case .linkLoad(let link): linkLoad[link]
      case .deadline(let job): deadline[job]
      }
    }
    set {
      switch row {
      case .memory(let node): memory[node] = newValue
      case .computeLoad(let node): computeLoad[node] = newValue
      case .linkLoad(let link): linkLoad[link] = newValue
      case .deadline(let job): deadline[job] = newValue
      }
    }
  }

  /// The rows in force, by family and index.
  var inForce: [CouplingRow] {
    let all =
      memory.indices.map(CouplingRow.memory) + computeLoad.indices.map(CouplingRow.computeLoad)
      + linkLoad.indices.map(CouplingRow.linkLoad) + deadline.indices.map(CouplingRow.deadline)
    return all.filter { self[$0] != nil }
  }

  /// No constraint at all, for as many nodes, links and jobs.
  var none: CouplingRows { keeping(Set<CouplingRow>()) }

  /// The same without the rows that are not named.
  func keeping(_ kept: Set<CouplingRow>) -> CouplingRows {
    var rows = self
    for row in inForce where !kept.contains(row) { rows[row] = nil }
    return rows
  }

  /// The same without the families that are not named.
  func keeping(_ kept: Set<CouplingRow.Family>) -> CouplingRows {
    keeping(Set(inForce.filter { kept.contains($0.family) }))
  }
}
