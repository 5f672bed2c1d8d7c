import Foundation
import Foundations
import ServingFlows

/// Simulated annealing (Kirkpatrick, Gelatt, Vecchi 1983) over rows of stages of named machines, for clusters whose
/// links bind: it looks for a row of energy 0, whose stages, links and ends all pass F.
struct ChainAnnealing {
  /// What moves change.
  enum Changes {
    case everything
    /// Only the order of the stages, and which machine of a table takes which place.
    case orderAndNames
  }

  private let figures: ChainFigures
  private var random: SplitMix64
  private let changes: Changes
  private(set) var best: StageChain
  private(set) var bestEnergy = Double.infinity

  init(_ figures: ChainFigures, changes: Changes = .everything, seed: UInt64) {
    self.figures = figures
    self.changes = changes
    random = SplitMix64(seed: seed)
    best = StageChain(stages: [], unused: figures.machines)
  }

  /// Anneals from a row, or from nothing; true when the energy is 0.
  ///
  /// - Complexity: O(stages) a move.
  mutating func run(from start: StageChain?, moves: Int, isCancelled: () -> Bool) -> Bool {
    var chain = start ?? StageChain(stages: [], unused: figures.machines)
    var energy = chain.energy(figures)
    bestEnergy = energy
    best = chain
    let (hot, cold) = (start == nil ? 2.0 : 0.8, 0.05)
    var heat = hot
    for step in 0..<moves {
      if step & 255 == 0 {
        heat = hot * pow(cold / hot, Double(step) / Double(moves))
        if isCancelled() { break }
      }
      let before = chain
      guard move(&chain) else {
        chain = before
        continue
      }
      let after = chain.energy(figures)
      if after <= energy || random.nextUnit() < exp((energy - after) / heat) {
        energy = after
        if energy < bestEnergy {
          (bestEnergy, best) = (energy, chain)
          if energy <= 0 { return true }
        }
      } else {
        chain = before
      }
    }
    return false
  }

  // MARK: Moves

  private mutating func move(_ chain: inout StageChain) -> Bool {
    if case .orderAndNames = changes {
      switch random.nextIndex(below: 8) {
      case 0..<3: return swapPeers(&chain)
      case 3..<5: return swapStages(&chain)
      case 5: return reverse(&chain)
      default: return shift(&chain)
      }
    }
    switch random.nextIndex(below: 20) {
    case 0..<4: return insert(&chain)
    case 4..<6: return takeOut(&chain)
    case 6..<9: return relocate(&chain)
    case 9..<13: return swapMachines(&chain)
    case 13..<15: return resize(&chain)
    case 15: return swapStages(&chain)
    case 16: return reverse(&chain)
    case 17: return shift(&chain)
    case 18: return join(&chain)
    default: return split(&chain)
    }
  }

  private mutating func pick(_ count: Int) -> Int { random.nextIndex(below: count) }

  /// After a change a stage holds the most layers with which it still passes F, four times of five.
  private mutating func fit(_ stage: inout StageChain.Stage) {
    guard random.nextUnit() < 0.8 else { return }
    for held in stride(from: min(figures.mostHeld, figures.layers), to: 0, by: -1) {
      var rate = 0.0
      for index in 0..<stage.count { rate += figures.rate(stage.machine(index), holding: held) }
      if rate >= figures.value {
        stage.held = held
        return
      }
    }
  }

  private mutating func place(_ machine: Int, in chain: inout StageChain) {
    if chain.stages.isEmpty || random.nextUnit() < 0.5 {
      var stage = StageChain.Stage(machine, held: 1 + pick(figures.mostHeld))
      fit(&stage)
      chain.stages.insert(stage, at: pick(chain.stages.count + 1))
    } else {
      let position = pick(chain.stages.count)
      if chain.stages[position].count == StageChain.Stage.mostMachines {
        chain.unused.append(machine)
        return
      }
      chain.stages[position].add(machine)
      fit(&chain.stages[position])
    }
  }

  private mutating func insert(_ chain: inout StageChain) -> Bool {
    guard !chain.unused.isEmpty else { return false }
    let index = pick(chain.unused.count)
    let machine = chain.unused[index]
    chain.unused.swapAt(index, chain.unused.count - 1)
    chain.unused.removeLast()
    place(machine, in: &chain)
    return true
  }

  /// Takes a machine out of its stage.
  private mutating func removed(from chain: inout StageChain) -> Int? {
    guard !chain.stages.isEmpty else { return nil }
    let position = pick(chain.stages.count)
    let index = pick(chain.stages[position].count)
    let machine = chain.stages[position].machine(index)
    if chain.stages[position].count == 1 {
      chain.stages.remove(at: position)
    } else {
      chain.stages[position].remove(index)
      fit(&chain.stages[position])
    }
    return machine
  }

  private mutating func takeOut(_ chain: inout StageChain) -> Bool {
    guard let machine = removed(from: &chain) else { return false }
    chain.unused.append(machine)
    return true
  }

  private mutating func relocate(_ chain: inout StageChain) -> Bool {
    guard let machine = removed(from: &chain) else { return false }
    place(machine, in: &chain)
    return true
  }

  private mutating func swapMachines(_ chain: inout StageChain) -> Bool {
    guard !chain.stages.isEmpty else { return false }
    let first = pick(chain.stages.count)
    let index = pick(chain.stages[first].count)
    if !chain.unused.isEmpty, random.nextUnit() < 0.3 {
      let other = pick(chain.unused.count)
      let machine = chain.stages[first].machine(index)
      chain.stages[first].machines[index] = Int32(chain.unused[other])
      chain.unused[other] = machine
    } else {
      let second = pick(chain.stages.count)
      guard second != first else { return false }
      let other = pick(chain.stages[second].count)
      let machine = chain.stages[first].machines[index]
      chain.stages[first].machines[index] = chain.stages[second].machines[other]
      chain.stages[second].machines[other] = machine
      fit(&chain.stages[second])
    }
    fit(&chain.stages[first])
    return true
  }

  /// Swaps a machine with another of its table, in use or not.
  private mutating func swapPeers(_ chain: inout StageChain) -> Bool {
    guard !chain.stages.isEmpty else { return false }
    let first = pick(chain.stages.count)
    let index = pick(chain.stages[first].count)
    let machine = chain.stages[first].machine(index)
    let table = figures.tableOfMachine[machine]
    let place = pick(chain.stages.count + 1)
    if place == chain.stages.count {
      guard !chain.unused.isEmpty else { return false }
      let other = pick(chain.unused.count)
      guard figures.tableOfMachine[chain.unused[other]] == table else { return false }
      chain.stages[first].machines[index] = Int32(chain.unused[other])
      chain.unused[other] = machine
    } else {
      let other = pick(chain.stages[place].count)
      let peer = chain.stages[place].machine(other)
      guard place != first, figures.tableOfMachine[peer] == table else { return false }
      chain.stages[first].machines[index] = Int32(peer)
      chain.stages[place].machines[other] = Int32(machine)
    }
    return true
  }

  private mutating func resize(_ chain: inout StageChain) -> Bool {
    guard !chain.stages.isEmpty else { return false }
    let position = pick(chain.stages.count)
    let held = chain.stages[position].held + (random.nextUnit() < 0.5 ? 1 : -1)
    guard held >= 1, held <= figures.mostHeld else { return false }
    chain.stages[position].held = held
    return true
  }

  private mutating func swapStages(_ chain: inout StageChain) -> Bool {
    guard chain.stages.count > 1 else { return false }
    chain.stages.swapAt(pick(chain.stages.count), pick(chain.stages.count))
    return true
  }

  private mutating func reverse(_ chain: inout StageChain) -> Bool {
    guard chain.stages.count > 1 else { return false }
    let (first, second) = (pick(chain.stages.count), pick(chain.stages.count))
    chain.stages[min(first, second)...max(first, second)].reverse()
    return true
  }

  private mutating func shift(_ chain: inout StageChain) -> Bool {
    guard chain.stages.count > 1 else { return false }
    let stage = chain.stages.remove(at: pick(chain.stages.count))
    chain.stages.insert(stage, at: pick(chain.stages.count + 1))
    return true
  }

  private mutating func join(_ chain: inout StageChain) -> Bool {
    guard chain.stages.count > 1 else { return false }
    let position = pick(chain.stages.count - 1)
    guard chain.stages[position].count + chain.stages[position + 1].count <= StageChain.Stage.mostMachines
    else {
      return false
    }
    let other = chain.stages.remove(at: position + 1)
    for index in 0..<other.count { chain.stages[position].add(other.machine(index)) }
    fit(&chain.stages[position])
    return true
  }

  private mutating func split(_ chain: inout StageChain) -> Bool {
    guard !chain.stages.isEmpty else { return false }
    let position = pick(chain.stages.count)
    guard chain.stages[position].count > 1 else { return false }
    let index = pick(chain.stages[position].count)
    var stage = StageChain.Stage(chain.stages[position].machine(index), held: chain.stages[position].held)
    chain.stages[position].remove(index)
    fit(&chain.stages[position])
    fit(&stage)
    chain.stages.insert(stage, at: position + pick(2))
    return true
  }
}
