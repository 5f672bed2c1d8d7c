import Coordination
import LinearModels

/// Chooses one path for each task: branch and bound on arcs, whose bounds are relaxations over all paths.
///
/// Where a mixture has two paths of a task, they part at some vertex. One branch has the paths of the task that take the arc
/// of the first one there, the other branch all others. The branch with the best bound is next. Barnhart, Johnson, Nemhauser,
/// Savelsbergh and Vance, "Branch-and-price: column generation for solving huge integer programs", Operations Research 46
/// (1998).
struct BranchAndPrice {
  private let graph: BlockGraph
  private var generation: ColumnGeneration
  private var decisions: [Decision] = []
  /// The branches that are left.
  private var open: [Branch] = [Branch(bound: .infinity, last: -1)]
  private(set) var nodes = 0
  /// The best bound of the branches that were given up because they cannot matter.
  private var closed = 0.0
  /// The place of each vertex in an order in which arcs lead forward.
  private let places: [Int32]

  /// A decision of a branch; those before it are its parents'.
  private struct Decision {
    let parent: Int
    /// The position in the tasks of `pricing`.
    let task: Int
    let arc: Int32
    let mustTake: Bool
  }

  private struct Branch {
    let bound: Double
    let last: Int
  }

  init(_ graph: BlockGraph, _ generation: ColumnGeneration) {
    self.graph = graph
    self.generation = generation
    var places = [Int32](repeating: 0, count: graph.vertexCount)
    for (place, vertex) in graph.order.enumerated() { places[Int(vertex)] = Int32(place) }
    self.places = places
  }

  /// What no plan exceeds, as far as is known.
  private var bound: Double { open.reduce(closed) { max($0, $1.bound) } }

  /// Searches until no branch can exceed the known reward by more than a part.
  ///
  /// - Parameters:
  ///   - known: the reward of the best plan.
  ///   - offer: is given mixtures with their paths, and makes plans of them.
  ///   - raise: is given bounds.
  /// - Returns: whether the search ended; false if it was stopped.
  mutating func run(
    gap: Double, known: () -> Double, offer: (PathMaster, PathMaster.Solution) throws -> Void,
    raise: (Double) throws -> Void
  ) throws -> Bool {
    while let index = open.indices.max(by: { open[$0].bound < open[$1].bound }) {
      let branch = open.remove(at: index)
      nodes += 1
      generation.restrict(to: allowed(in: branch))
      guard let outcome = try generation.run(target: known() * (1 + gap)) else {
        open.append(Branch(bound: min(branch.bound, generation.bound), last: branch.last))
        if bound < .infinity { try raise(bound) }
        return false
      }
      let own = min(branch.bound, outcome.bound)
      if let solution = outcome.solution {
        try offer(generation.master, solution)
        if own > known() * (1 + gap), let (task, arc) = branching(solution) {
          for mustTake in [true, false] {
            decisions.append(Decision(parent: branch.last, task: task, arc: arc, mustTake: mustTake))
            open.append(Branch(bound: own, last: decisions.count - 1))
          }
        } else {
          closed = max(closed, own)
        }
      } else {
        closed = max(closed, own)
      }
      open.removeAll { other in
        guard other.bound <= known() * (1 + gap) else { return false }
        closed = max(closed, other.bound)
        return true
      }
      try raise(bound)
    }
    return true
  }

  /// The arcs that each task may take in a branch.
  private func allowed(in branch: Branch) -> [[Bool]] {
    let start = zip(graph.nodeUses, graph.linkUses).map { $0 < .infinity && $1 < .infinity }
    var allowed = [[Bool]](repeating: start, count: generation.pricing.tasks.count)
    var index = branch.last
    while index >= 0 {
      let decision = decisions[index]
      if decision.mustTake {
        require(decision.arc, &allowed[decision.task])
      } else {
        allowed[decision.task][Int(decision.arc)] = false
      }
      index = decision.parent
    }
    return allowed
  }

  /// Forbids every arc of a path that does not take an arc: those that leave its tail, and those that pass its tail by.
  private func require(_ arc: Int32, _ allowed: inout [Bool]) {
    let vertex = graph.tails[Int(arc)]
    let place = places[Int(vertex)]
    for other in allowed.indices where other != Int(arc) {
      let (tail, head) = (places[Int(graph.tails[other])], places[Int(graph.heads[other])])
      if graph.tails[other] == vertex || tail < place && head > place { allowed[other] = false }
    }
  }

  /// The task whose paths are the most even mixture, and an arc of one of them that the other does not take; `nil` if no task
  /// has two paths.
  private func branching(_ solution: PathMaster.Solution) -> (task: Int, arc: Int32)? {
    let paths = generation.master.paths
    var best: (task: Int, arc: Int32, share: Double)?
    for (position, task) in generation.pricing.tasks.enumerated() {
      // Pricing may have added paths since, which are no part of the mixture.
      let used = solution.parts.indices.filter { paths[$0].task == task.task && solution.parts[$0] > 1e-7 }
        .sorted { solution.parts[$0] > solution.parts[$1] }
      guard used.count > 1 else { continue }
      let (first, second) = (paths[used[0]].arcs, paths[used[1]].arcs)
      guard let place = zip(first, second).enumerated().first(where: { $1.0 != $1.1 })?.offset else {
        continue
      }
      let share = solution.parts[used[1]] * paths[used[1]].limit * task.value
      if share > best?.share ?? -1 { best = (position, first[place], share) }
    }
    return best.map { ($0.task, $0.arc) }
  }
}
