import ServingFlows

/// What annealing knows of a cluster at a value F: rates by machine and number of layers, and links cut to F.
struct ChainFigures {
  let layers: Int
  let value: Double
  let links: LinkTable
  let tableOfMachine: [Int]
  /// The machines of use.
  let machines: [Int]
  /// The most layers that any machine holds.
  let mostHeld: Int
  /// By machine and number of layers: the rate, at most F; 0 where it is impossible [1/s].
  private let rates: [Double]

  init(_ figures: ClusterFigures, limits: [Double], value: Double) {
    layers = figures.layers
    self.value = value
    tableOfMachine = figures.tableOfMachine
    links = LinkTable(figures, limits: limits, value: value)
    machines = limits.indices.filter { limits[$0] > 0 }
    let most = machines.map { figures.held[figures.options(ofMachine: $0)].max() ?? 0 }.max() ?? 0
    mostHeld = most
    var rates = [Double](repeating: 0, count: figures.machineCount * (most + 1))
    for machine in machines {
      for option in figures.options(ofMachine: machine) {
        rates[machine * (most + 1) + figures.held[option]] = min(
          figures.rates[option], limits[machine], value)
      }
    }
    self.rates = rates
  }

  func rate(_ machine: Int, holding layers: Int) -> Double { rates[machine * (mostHeld + 1) + layers] }
}

/// A row of stages of named machines, whose links may not carry F.
struct StageChain {
  /// Machines that hold the same layers side by side.
  struct Stage {
    var held: Int
    var count: Int
    var machines: SIMD8<Int32>

    static let mostMachines = 6

    init(_ machine: Int, held: Int) {
      self.held = held
      count = 1
      machines = SIMD8(repeating: 0)
      machines[0] = Int32(machine)
    }

    func machine(_ index: Int) -> Int { Int(machines[index]) }

    mutating func add(_ machine: Int) {
      machines[count] = Int32(machine)
      count += 1
    }

    mutating func remove(_ index: Int) {
      count -= 1
      machines[index] = machines[count]
    }
  }

  var stages: [Stage] = []
  var unused: [Int] = []

  /// The layers that no stage holds, and four times the shares of F that fail at stages, links and ends.
  func energy(_ figures: ChainFigures) -> Double {
    var held = 0
    var failing = 0.0
    let most = (1 << Stage.mostMachines)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: most) { sums in
      for (position, stage) in stages.enumerated() {
        held += stage.held
        var rate = 0.0
        for index in 0..<stage.count { rate += figures.rate(stage.machine(index), holding: stage.held) }
        failing += Self.penalty(rate, figures.value)
        if position == 0 {
          var inward = 0.0
          for index in 0..<stage.count {
            let machine = stage.machine(index)
            inward += min(figures.links.fromSource[machine], figures.rate(machine, holding: stage.held))
          }
          failing += Self.penalty(inward, figures.value)
        }
        if position == stages.count - 1 {
          var outward = 0.0
          for index in 0..<stage.count {
            let machine = stage.machine(index)
            outward += min(figures.links.toSink[machine], figures.rate(machine, holding: stage.held))
          }
          failing += Self.penalty(outward, figures.value)
        } else {
          failing += Self.penalty(Self.cut(stage, stages[position + 1], figures, sums), figures.value)
        }
      }
      return Double(max(0, figures.layers - held)) + 4 * failing
    }
  }

  /// 0 if a cut passes F; otherwise more the more is missing.
  private static func penalty(_ passed: Double, _ value: Double) -> Double {
    passed >= value * (1 - 1e-12) ? 0 : 0.15 + 0.85 * (1 - passed / value)
  }

  /// The most flow from a stage to the next one: the least over subsets of the first.
  private static func cut(
    _ first: Stage, _ second: Stage, _ figures: ChainFigures, _ sums: UnsafeMutableBufferPointer<Double>
  ) -> Double {
    // By subset of machines in the first stage that are not cut: what they can bring to a machine of the second.
    let subsets = 1 << first.count
    var least = Double.infinity
    for cut in 0..<subsets {
      var rate = 0.0
      for index in 0..<first.count where cut & 1 << index != 0 {
        rate += figures.rate(first.machine(index), holding: first.held)
      }
      sums[cut] = rate
    }
    for head in 0..<second.count {
      let machine = second.machine(head)
      let own = figures.rate(machine, holding: second.held)
      for cut in 0..<subsets {
        var inward = 0.0
        for index in 0..<first.count where cut & 1 << index == 0 {
          inward += figures.links.capacity(first.machine(index), machine)
        }
        sums[cut] += min(own, inward)
      }
    }
    for cut in 0..<subsets { least = min(least, sums[cut]) }
    return least
  }

  /// The placement with sizes that fill L layers exactly, each stage as large as it passes F; `nil` if none fit.
  func placement(_ figures: ChainFigures, machineCount: Int) -> Placement? {
    let layers = figures.layers
    // By number of stages and layers: the size of the last stage; 0 if it cannot be reached.
    var last = [[Int]](repeating: Array(repeating: 0, count: layers + 1), count: stages.count + 1)
    last[0][0] = -1
    for (position, stage) in stages.enumerated() {
      for held in 1...max(1, figures.mostHeld) where held <= layers {
        var rate = 0.0
        for index in 0..<stage.count { rate += figures.rate(stage.machine(index), holding: held) }
        guard rate >= figures.value * (1 - 1e-12) || held == stage.held else { continue }
        guard (0..<stage.count).allSatisfy({ figures.rate(stage.machine($0), holding: held) > 0 }) else {
          continue
        }
        for before in 0...(layers - held) where last[position][before] != 0 {
          last[position + 1][before + held] = held
        }
      }
    }
    guard !stages.isEmpty, last[stages.count][layers] != 0 else { return nil }
    var placement = Placement(machineCount: machineCount)
    var end = layers
    for position in stages.indices.reversed() {
      let held = last[position + 1][end]
      for index in 0..<stages[position].count {
        placement.first[stages[position].machine(index)] = end - held
        placement.held[stages[position].machine(index)] = held
      }
      end -= held
    }
    return placement
  }
}
