import Foundations
import Splitting

/// The lower bound that potentials of the jobs' layered graphs prove.
///
/// Potentials that rise along no arc by more than its cost are a feasible solution of the shortest path problem's
/// dual: the rise from source to target is at most the length of every path (Ford and Fulkerson, "Flows in Networks",
/// 1962). The check looks at every arc and searches nothing. A job without potentials contributes nothing.
struct PotentialBound {
  /// The errors of the potentials, one sentence for each; empty if they prove ``value``.
  private(set) var findings: [String] = []
  /// The proven bound [s]; meaningless if there are findings.
  private(set) var value = 0.0

  private let instance: Instance
  private let nodes: [Name: Int]
  /// The links by the node that they enter.
  private let links: LinkLists

  /// - Complexity: O(L (N + E)) for each job, O((N + E) log N) for each of its runs, and the number of listed
  ///   distances.
  init(_ potentials: [Certificate.Potentials], of instance: Instance, _ kind: ObjectiveKind) {
    self.instance = instance
    let isSettled = potentials.contains { !$0.settled.isEmpty }
    nodes = isSettled ? instance.network.nodes.map(\.id).firstPositions : [:]
    links = LinkLists(instance.network, at: \.head, other: \.tail)
    var unproved = instance.jobs.map(\.id).firstPositions
    var named: Set<Name> = []
    for potentials in potentials {
      // A few findings are enough.
      if findings.count == 5 { break }
      guard let job = unproved.removeValue(forKey: potentials.job) else {
        findings.append(
          "the certificate names job \(quoted(potentials.job))"
            + (named.contains(potentials.job) ? " twice" : ", which the instance does not have"))
        continue
      }
      named.insert(potentials.job)
      do throws(Flaw) {
        let weighted = instance.jobs[job].weight * (try provenLatency(ofJob: job, potentials))
        value = kind == .total ? value + weighted : max(value, weighted)
      } catch {
        findings.append("the certificate's potentials of job \(quoted(potentials.job)) \(error.text)")
      }
    }
  }

  /// The lower bound on a job's latency that its potentials prove [s].
  private func provenLatency(
    ofJob job: Int, _ potentials: Certificate.Potentials
  ) throws(Flaw) -> Double {
    let figures = JobFigures(instance, job: job)
    let labels = try settledLabels(potentials.settled, layerCount: figures.layers.count)
    try Self.check(potentials, figures)
    var proof = PathProof(
      figures: figures, links: links, latency: potentials.latency, labels: labels,
      remaining: RemainingLatency(figures, potentials, links))
    return proof.provenLatency()
  }

  /// The distances that a certificate states, by stage.
  private func settledLabels(
    _ settled: [Certificate.Settled], layerCount: Int
  ) throws(Flaw) -> [[SettledLabel]] {
    var labels = [[SettledLabel]](repeating: [], count: layerCount + 1)
    for part in settled {
      guard labels.indices.contains(part.stage) else {
        throw Flaw("name stage \(part.stage) of \(layerCount)")
      }
      guard part.nodes.count == part.distances.count else {
        throw Flaw("list \(part.nodes.count) nodes with \(part.distances.count) distances")
      }
      for (name, distance) in zip(part.nodes, part.distances) {
        guard let node = nodes[name] else {
          throw Flaw("name node \(quoted(name)), which the network does not have")
        }
        labels[part.stage].append((part.isComputing, node, distance))
      }
    }
    return labels
  }

  private static func check(_ potentials: Certificate.Potentials, _ figures: JobFigures) throws(Flaw) {
    let count = figures.layers.count
    guard potentials.latency.isFinite else { throw Flaw("state no finite latency") }
    guard potentials.leastTimes.count == count else {
      throw Flaw("have \(potentials.leastTimes.count) least times for \(count) layers")
    }
    let runs = potentials.runs
    if count == 0 && !runs.isEmpty { throw Flaw("have runs, though there are no layers") }
    let areAscending = zip(runs, runs.dropFirst()).allSatisfy { $0 < $1 }
    guard runs.first ?? 0 == 0, areAscending, runs.last ?? -1 < count else {
      throw Flaw("have runs that do not ascend from 0 to at most \(count - 1)")
    }
  }
}

/// An error of a job's potentials.
private struct Flaw: Error {
  let text: String
  init(_ text: String) { self.text = text }
}

/// A distance that a certificate states.
private typealias SettledLabel = (isComputing: Bool, node: Int, distance: Double)

/// Checks every arc of one job's layered graph.
private struct PathProof {
  let figures: JobFigures
  let links: LinkLists
  let latency: Double
  /// By stage.
  let labels: [[SettledLabel]]
  var remaining: RemainingLatency
  /// The excess of the potentials' rises over the costs, on any path [s].
  var excess = 0.0

  /// The potentials of the two kinds of vertices in one copy; they are the same if nothing waits.
  private struct Copy {
    var transit: [Double]
    var computing: [Double]
  }

  /// The rise of the potentials from source to target, minus an allowance for rounding.
  ///
  /// Costs are enlarged by a relative 1e-10, which allows for all but the smallest rounding errors. Larger
  /// excesses are added up over all vertices, as if a path met the worst arc into each; a shortest path enters
  /// each vertex once. The sum is enlarged too, because the rounding errors of potentials far above the latency
  /// could hide an excess: they are below 1e-15 of each excess, and below 1e-7 of the sum of a billion.
  mutating func provenLatency() -> Double {
    let layerCount = figures.layers.count
    var last = potentials(remaining.atTheEnd, stage: layerCount)
    let end = last.transit[figures.job.target]
    for layer in figures.layers.indices.reversed() {
      let copy = potentials(remaining.nextBefore(), stage: layer)
      let times = figures.times(ofLayer: layer)
      checkLinks(last, stage: layer + 1, from: leaving(last, computedFrom: copy, times))
      checkLayer(times, from: copy, to: last)
      last = copy
    }
    checkLinks(last, stage: 0, from: leavingAtTheStart(last))
    return max(0, (end - last.transit[figures.job.source] - excess * (1 + 1e-6)) / Self.enlargement)
  }

  private static let enlargement = 1 + 1e-10

  /// - Parameter remaining: lower bounds on the remaining latency from each node [s].
  private func potentials(_ remaining: [Double], stage: Int) -> Copy {
    // Potentials are at least 0, which loses nothing: the maximum of two feasible potentials is feasible.
    let unsettled = remaining.map { $0 < latency ? latency - $0 : 0 }
    var copy = Copy(transit: unsettled, computing: unsettled)
    for (isComputing, node, distance) in labels[stage] {
      if isComputing, distance < copy.computing[node] { copy.computing[node] = max(0, distance) }
      if !isComputing, distance < copy.transit[node] { copy.transit[node] = max(0, distance) }
    }
    for (node, wait) in figures.waits.enumerated() where figures.waitsForEachLayer || wait == 0 {
      copy.computing[node] = copy.transit[node]
    }
    return copy
  }

  /// The cost of a layer that takes `time` on a node that has been entered to compute [s].
  private func cost(_ time: Double, on node: Int) -> Double {
    figures.waitsForEachLayer ? time + figures.waits[node] : time
  }

  /// The potential with which a stage leaves each node over a link; infinite if it never does.
  ///
  /// A stage leaves a node that is no relay only if the node has computed it. It does so from a place that nothing else
  /// leads to, whose potential is as high as the arc to there allows.
  ///
  /// - Parameters:
  ///   - copy: that of the stage.
  ///   - before: the copy before it.
  ///   - times: those of the layer between the two on each node [s].
  private func leaving(_ copy: Copy, computedFrom before: Copy, _ times: [Double]) -> [Double] {
    guard let relays = figures.relays else { return copy.transit }
    return relays.indices.map { node in
      if relays[node] { return copy.transit[node] }
      guard times[node] < .infinity else { return .infinity }
      return before.computing[node] + Self.enlargement * cost(times[node], on: node)
    }
  }

  /// The same in the first copy: of the nodes that are no relays, the stage leaves only its source.
  private func leavingAtTheStart(_ copy: Copy) -> [Double] {
    guard let relays = figures.relays else { return copy.transit }
    return relays.indices.map { relays[$0] || $0 == figures.job.source ? copy.transit[$0] : .infinity }
  }

  /// Checks the links in one copy.
  ///
  /// In the last stage, no path to the target arrives over a link at another node that is no relay.
  private mutating func checkLinks(_ copy: Copy, stage: Int, from leaving: [Double]) {
    let bytes = figures.stageBytes[stage]
    for head in copy.transit.indices where copy.transit[head] > 0 {
      let isTransit = stage == figures.layers.count && head != figures.job.target
      if isTransit && figures.relays?[head] == false { continue }
      var worst = 0.0
      for (link, tail) in links[head] where copy.transit[head] > leaving[tail] {
        let rise = copy.transit[head] - leaving[tail]
        worst = max(worst, rise - Self.enlargement * figures.seconds(onLink: link, bytes: bytes))
      }
      excess += worst
    }
  }

  /// - Parameter times: those of the layer on each node [s].
  private mutating func checkLayer(_ times: [Double], from copy: Copy, to next: Copy) {
    for (node, time) in times.enumerated() where time < .infinity {
      let wait = figures.waits[node]
      if !figures.waitsForEachLayer { note(from: copy.transit[node], to: copy.computing[node], wait) }
      let seconds = cost(time, on: node)
      note(from: copy.computing[node], to: next.transit[node], seconds)
      note(from: copy.computing[node], to: next.computing[node], seconds)
    }
  }

  private mutating func note(from tail: Double, to head: Double, _ cost: Double) {
    excess += max(0, head - tail - Self.enlargement * cost)
  }
}
