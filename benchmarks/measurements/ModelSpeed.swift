import ArgumentParser
import Foundation
import Foundations
import Networks
import Splitting
import SplittingFormulations

/// How long it takes to state a large model and to write it.
struct ModelSpeed: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "Time building and writing a layered model of 100,000 columns.")

  func run() throws {
    let instance = Self.torus(side: 20, layers: 50)
    var choices = try SplittingChoices(instance)
    let preparing = try Timing.best { choices = try SplittingChoices(instance) }
    let formulation = LayeredFormulation()
    var model = try formulation.encode(choices).scaledModel
    let building = try Timing.best { model = try formulation.encode(choices).scaledModel }
    var text = ""
    let lp = Timing.best { text = model.lpText() }
    let lpSize = text.utf8.count
    let mps = Timing.best { text = model.mpsText() }
    print("\(model.columnCount) columns, \(model.rowCount) rows, \(model.nonzeroCount) nonzeros\n")
    print("| step | best of \(Timing.repetitions) [s] |\n|---|---|")
    print("| potentials and choices (two searches a copy) | \(preparing.shown) |")
    print("| building and scaling the model | \(building.shown) |")
    print("| writing it as LP (\(lpSize / 1_000_000) MB) | \(lp.shown) |")
    print("| writing it as MPS (\(text.utf8.count / 1_000_000) MB) | \(mps.shown) |")
  }

  /// A square grid closed to a torus, four links a node, every node computing.
  static func torus(side: Int, layers: Int) -> Instance {
    var random = SplitMix64(seed: 1)
    let nodes = (0..<side * side).map { Node(id: Name("n\($0)"), compute: 1e9 * (1 + 9 * random.nextUnit())) }
    var links: [Link] = []
    for row in 0..<side {
      for column in 0..<side {
        let here = row * side + column
        let right = row * side + (column + 1) % side
        let below = (row + 1) % side * side + column
        for (tail, head) in [(here, right), (right, here), (here, below), (below, here)] {
          links.append(Link(tail: tail, head: head, bandwidth: 1e9 * (1 + random.nextUnit()), latency: 1e-4))
        }
      }
    }
    let chain = (0..<layers).map {
      Layer(name: Name("l\($0)"), work: 1e8 * (1 + random.nextUnit()), output: 1e5 * (1 + random.nextUnit()))
    }
    let dnn = DNN(name: "chain", input: 1e6, layers: chain)
    let job = Job(id: "job", dnn: 0, source: 0, target: side * side / 2)
    return Instance(network: Network(nodes: nodes, links: links), dnns: [dnn], jobs: [job])
  }
}

/// Wall-clock timing.
enum Timing {
  static let repetitions = 5

  /// The least time of several runs [s].
  static func best(_ body: () throws -> Void) rethrows -> Double {
    var best = Double.infinity
    for _ in 0..<repetitions {
      let start = ContinuousClock.now
      try body()
      let elapsed = (ContinuousClock.now - start).components
      best = min(best, Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
    }
    return best
  }
}

extension Double {
  /// Three significant digits.
  var shown: String { String(format: "%.3g", self) }
}
