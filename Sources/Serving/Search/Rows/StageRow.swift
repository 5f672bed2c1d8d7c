/// A row of stages, each a group of machines that hold the same layers side by side and pass F together.
struct StageRow {
  struct Stage {
    var held: Int
    /// The number of machines of each type.
    var machines: [(type: Int, count: Int)]
  }

  var stages: [Stage] = []

  /// Where each machine starts, by type.
  var starts: [(place: Int, first: Int, held: Int)] {
    var first = 0
    return stages.flatMap { stage in
      defer { first += stage.held }
      return stage.machines.flatMap { part in
        Array(repeating: (part.type, first, stage.held), count: part.count)
      }
    }
  }
}
