import ServingFlows

/// Classes of machines of one type for the search from left to right, with the capacities of links between classes.
///
/// Links between two classes all count with one capacity, cut to F. If the machines of a class are *twins*, which no
/// link tells apart, the classes state the instance exactly; if classes are wider and each capacity is the largest of
/// its links, they relax it, so that "no" is a proof.
struct MachineClasses {
  /// The type and the machines of each class.
  private(set) var type: [Int] = []
  private(set) var machines: [[Int]] = []
  /// Whether links can keep a plan from flowing; the capacities are not filled in otherwise.
  let linksBind: Bool
  private(set) var fromSource: [Double] = []
  private(set) var toSink: [Double] = []
  /// From class a to class b at a x count + b [1/s].
  private(set) var between: [Double] = []
  /// Whether the classes state the instance exactly.
  let isExact: Bool

  var count: Int { type.count }

  /// The classes that are the types themselves, for instances whose links never bind.
  init(withoutLinks types: MachineTypes) {
    type = Array(0..<types.typeCount)
    machines = types.machines
    linksBind = false
    isExact = true
  }

  /// The classes whose machines are twins.
  ///
  /// - Complexity: O(n^2 g) for n machines in g classes.
  init(twinsOf table: LinkTable, _ types: MachineTypes) {
    var classes: [[Int]] = []
    for (machine, type) in types.typeOfMachine.enumerated() where type >= 0 {
      let twin = classes.firstIndex {
        types.typeOfMachine[$0[0]] == type && table.areTwins($0[0], machine, types.typeOfMachine)
      }
      if let twin { classes[twin].append(machine) } else { classes.append([machine]) }
    }
    self.init(classes, table, types, isExact: true)
  }

  /// The classes of one type in one component of the links that carry F.
  init(componentsOf table: LinkTable, _ types: MachineTypes) {
    let component = table.components(of: types.typeOfMachine.indices.filter { types.typeOfMachine[$0] >= 0 })
    var classes: [[Int]] = []
    for (machine, type) in types.typeOfMachine.enumerated() where type >= 0 {
      let other = classes.firstIndex {
        types.typeOfMachine[$0[0]] == type && component[$0[0]] == component[machine]
      }
      if let other { classes[other].append(machine) } else { classes.append([machine]) }
    }
    self.init(classes, table, types, isExact: false)
  }

  private init(_ classes: [[Int]], _ table: LinkTable, _ types: MachineTypes, isExact: Bool) {
    machines = classes
    type = classes.map { types.typeOfMachine[$0[0]] }
    linksBind = true
    self.isExact = isExact
    fromSource = classes.map { $0.reduce(0) { max($0, table.fromSource[$1]) } }
    toSink = classes.map { $0.reduce(0) { max($0, table.toSink[$1]) } }
    between = Array(repeating: 0, count: classes.count * classes.count)
    for (tailClass, tails) in classes.enumerated() {
      for (headClass, heads) in classes.enumerated() {
        var largest = 0.0
        for tail in tails {
          for head in heads where tail != head { largest = max(largest, table.capacity(tail, head)) }
        }
        between[tailClass * classes.count + headClass] = largest
      }
    }
  }
}
