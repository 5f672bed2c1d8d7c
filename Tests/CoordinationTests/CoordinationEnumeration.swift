import LayerRoute

/// The optimum by enumeration of all paths, with a simplex method of its own; it shares nothing with what it is held against.
struct CoordinationEnumeration {
  let instance: CoordinationInstance

  struct Path {
    let blocks: [BlockVertex]
    let accuracy: Double
    /// [s] by node and [s] by link, for one request.
    let nodes: [Double]
    let links: [Double]
  }

  init(_ instance: CoordinationInstance) { self.instance = instance }

  func paths(ofTask task: Int) -> [Path] {
    let service = instance.tasks[task].service
    var found: [Path] = []
    let start = Path(
      blocks: [], accuracy: instance.services[service].accuracy,
      nodes: Array(repeating: 0, count: instance.network.nodes.count),
      links: Array(repeating: 0, count: instance.network.links.count))
    extend(start, at: BlockVertex(service: service, position: 0), task, &found)
    return found
  }

  private func extend(_ path: Path, at vertex: BlockVertex, _ task: Int, _ found: inout [Path]) {
    let blocks = instance.services[vertex.service].blocks
    if vertex.position == blocks.count + 1 {
      guard vertex.service == instance.tasks[task].service else { return }
      let measured = instance.measured.first { $0.task == task && $0.blocks == path.blocks }
      found.append(
        Path(
          blocks: path.blocks, accuracy: measured?.accuracy ?? path.accuracy, nodes: path.nodes,
          links: path.links))
      return
    }
    var next = [
      (to: BlockVertex(service: vertex.service, position: vertex.position + 1), time: 0.0, loss: 0.0)
    ]
    next += instance.connections.filter { $0.from == vertex }.map { ($0.to, $0.time, $0.penalty) }
    for (to, time, loss) in next {
      let (tail, head) = (instance.services[vertex.service], instance.services[to.service])
      let isBlock = to.position <= head.blocks.count
      var (nodes, links) = (path.nodes, path.links)
      nodes[head.host] += time + (isBlock ? head.blocks[to.position - 1].time : 0)
      if tail.host != head.host {
        let bytes = vertex.position == 0 ? tail.input : tail.blocks[vertex.position - 1].output
        guard
          let link = instance.network.links.firstIndex(where: { $0.tail == tail.host && $0.head == head.host }
          )
        else { continue }
        links[link] += 8 * bytes / instance.network.links[link].bandwidth
      }
      let longer = Path(
        blocks: path.blocks + (isBlock ? [to] : []), accuracy: path.accuracy - loss, nodes: nodes,
        links: links)
      extend(longer, at: to, task, &found)
    }
  }

  /// The largest reward.
  func optimum() -> Double {
    let all = instance.tasks.indices.map(paths)
    if instance.paths == .split {
      return reward(all.enumerated().flatMap { task, paths in paths.map { (task, $0) } })
    }
    return best(all, [])
  }

  private func best(_ all: [[Path]], _ chosen: [(Int, Path)]) -> Double {
    guard let paths = all.first else { return reward(chosen) }
    let task = instance.tasks.count - all.count
    let rest = Array(all.dropFirst())
    let least = instance.tasks[task].accuracy.map { $0 - 1e-9 } ?? 0
    return paths.filter { $0.accuracy >= least }.reduce(best(rest, chosen)) {
      max($0, best(rest, chosen + [(task, $1)]))
    }
  }

  /// The largest reward of mixtures of some paths.
  private func reward(_ columns: [(task: Int, path: Path)]) -> Double {
    // The rate of a path as a part of the largest one that it takes alone.
    var usable: [(task: Int, path: Path, most: Double)] = []
    for (task, path) in columns {
      var most = instance.tasks[task].rate
      for (node, use) in path.nodes.enumerated() where use > 0 {
        most = min(most, instance.network.nodes[node].capacity / use)
      }
      for use in path.links where use > 0 { most = min(most, 1 / use) }
      if most > 0 { usable.append((task, path, most)) }
    }
    var rows: [[Double]] = []
    var limits: [Double] = []
    func add(_ limit: Double, _ coefficient: ((task: Int, path: Path, most: Double)) -> Double) {
      rows.append(usable.map(coefficient))
      limits.append(limit)
    }
    for (node, figures) in instance.network.nodes.enumerated() where figures.capacity > 0 {
      add(1) { $0.path.nodes[node] * $0.most / figures.capacity }
    }
    for link in instance.network.links.indices { add(1) { $0.path.links[link] * $0.most } }
    for (index, task) in instance.tasks.enumerated() where task.rate > 0 {
      add(1) { $0.task == index ? $0.most / task.rate : 0 }
      if let wanted = task.accuracy {
        add(0) { $0.task == index ? (wanted - 1e-9 - $0.path.accuracy) * min(1, $0.most / task.rate) : 0 }
      }
    }
    return DenseSimplex.maximum(
      usable.map { instance.tasks[$0.task].value * $0.path.accuracy * $0.most }, rows, limits)
  }
}

/// max c x subject to A x <= b, x >= 0 with b >= 0, by Bland's rule (1977), which never cycles.
enum DenseSimplex {
  static func maximum(_ costs: [Double], _ rows: [[Double]], _ limits: [Double]) -> Double {
    let scale = costs.max() ?? 0
    guard scale > 0 else { return 0 }
    var table = rows.enumerated().map { index, row -> [Double] in
      let largest = row.reduce(0) { max($0, abs($1)) }
      let factor = largest > 0 ? 1 / largest : 1
      var slack = [Double](repeating: 0, count: rows.count)
      slack[index] = 1
      return row.map { $0 * factor } + slack + [limits[index] * factor]
    }
    var reduced = costs.map { $0 / scale } + [Double](repeating: 0, count: rows.count + 1)
    let last = reduced.count - 1
    var basis = (0..<rows.count).map { costs.count + $0 }
    while let column = reduced[..<last].firstIndex(where: { $0 > 1e-11 }) {
      var pivot: (row: Int, ratio: Double)?
      for row in table.indices where table[row][column] > 1e-11 {
        let ratio = max(0, table[row][last]) / table[row][column]
        let isBetter = pivot.map { ratio < $0.ratio || ratio == $0.ratio && basis[row] < basis[$0.row] }
        if isBetter ?? true { pivot = (row, ratio) }
      }
      guard let pivot else { return .infinity }
      let factor = 1 / table[pivot.row][column]
      table[pivot.row] = table[pivot.row].map { $0 * factor }
      let line = table[pivot.row]
      for row in table.indices where row != pivot.row && table[row][column] != 0 {
        let multiple = table[row][column]
        for place in 0...last { table[row][place] -= multiple * line[place] }
      }
      let multiple = reduced[column]
      for place in 0...last { reduced[place] -= multiple * line[place] }
      basis[pivot.row] = column
    }
    return -reduced[last] * scale
  }
}
