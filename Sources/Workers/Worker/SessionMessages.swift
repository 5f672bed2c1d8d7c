import LinearModels

// The payloads of the messages of LP sessions.

extension ByteWriter {
  mutating func append(changes: LinearChanges) {
    let lines = changes.rows.count + changes.columns.count
    let entries = changes.rows.vectors.indices.count + changes.columns.vectors.indices.count
    let bounds = changes.columnBounds.count + changes.rowBounds.count
    reserveCapacity(12 * entries + 28 * lines + 20 * bounds + 12 * changes.costs.count + 256)
    append(UInt8(changes.startsAnew ? 1 : 0))
    append(optional: changes.restoredBasis)
    append(optional: changes.savesBasis)
    append(vectors: changes.rows.vectors)
    append(array: changes.rows.lower)
    append(array: changes.rows.upper)
    append(vectors: changes.columns.vectors)
    append(array: changes.columns.lower)
    append(array: changes.columns.upper)
    append(array: changes.columns.costs)
    append(bounds: changes.columnBounds)
    append(bounds: changes.rowBounds)
    append(array: changes.costs.indices)
    append(array: changes.costs.values)
  }

  private mutating func append(vectors: LinearChanges.Vectors) {
    append(array: vectors.starts)
    append(array: vectors.indices)
    append(array: vectors.coefficients)
  }

  private mutating func append(bounds: LinearChanges.Bounds) {
    append(array: bounds.indices)
    append(array: bounds.lower)
    append(array: bounds.upper)
  }

  mutating func append(linearOptions options: LinearSolveOptions) {
    append(optional: options.iterationLimit.map(Int64.init))
    append(optional: options.timeLimit)
    append(options.algorithm.rawValue)
  }

  mutating func append(linearSolution solution: LinearSolution) {
    reserveCapacity(16 * ((solution.values?.count ?? 0) + (solution.rowDuals?.count ?? 0)) + 256)
    append(termination: solution.termination)
    append(optional: solution.objective)
    append(optional: solution.bound)
    append(optionalArray: solution.values)
    append(optionalArray: solution.rowDuals)
    append(optionalArray: solution.reducedCosts)
    append(optionalArray: solution.farkas)
    append(Int64(solution.iterations))
  }
}

extension ByteReader {
  mutating func changes() throws(FrameError) -> LinearChanges {
    let startsAnew = try number(UInt8.self) != 0
    var changes = LinearChanges(
      restoredBasis: try optional(Int32.self), savesBasis: try optional(Int32.self))
    changes.startsAnew = startsAnew
    changes.rows = try fitting(
      LinearChanges.Rows(
        vectors: try vectors(), lower: try array(of: Double.self), upper: try array(of: Double.self)))
    changes.columns = try fitting(
      LinearChanges.Columns(
        vectors: try vectors(), lower: try array(of: Double.self), upper: try array(of: Double.self),
        costs: try array(of: Double.self)))
    changes.columnBounds = try bounds()
    changes.rowBounds = try bounds()
    changes.costs = try fitting(
      LinearChanges.Costs(indices: try array(of: Int32.self), values: try array(of: Double.self)))
    return changes
  }

  private mutating func vectors() throws(FrameError) -> LinearChanges.Vectors {
    try fitting(
      LinearChanges.Vectors(
        starts: try array(of: Int32.self), indices: try array(of: Int32.self),
        coefficients: try array(of: Double.self)))
  }

  private mutating func bounds() throws(FrameError) -> LinearChanges.Bounds {
    try fitting(
      LinearChanges.Bounds(
        indices: try array(of: Int32.self), lower: try array(of: Double.self),
        upper: try array(of: Double.self)))
  }

  private func fitting<Value>(_ value: Value?) throws(FrameError) -> Value {
    guard let value else { throw .malformed("its arrays do not fit each other") }
    return value
  }

  mutating func linearOptions() throws(FrameError) -> LinearSolveOptions {
    let iterationLimit = try optional(Int64.self).map(Int.init)
    let timeLimit = try optionalDouble()
    let code = try number(UInt8.self)
    guard let algorithm = LinearSolveOptions.Algorithm(rawValue: code) else {
      throw .malformed("\(code) is not an algorithm")
    }
    return LinearSolveOptions(
      iterationLimit: iterationLimit, timeLimit: timeLimit, algorithm: algorithm)
  }

  mutating func linearSolution() throws(FrameError) -> LinearSolution {
    LinearSolution(
      termination: try termination(), objective: try optionalDouble(), bound: try optionalDouble(),
      values: try optionalArray(), rowDuals: try optionalArray(), reducedCosts: try optionalArray(),
      farkas: try optionalArray(), iterations: try count())
  }
}
