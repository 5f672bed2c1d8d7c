extension CompiledModel {
  /// The model as a CPLEX LP file.
  ///
  /// The file is always a minimisation. An objective constant is written as a column fixed at 1, and no row is a range,
  /// since readers differ on both. The same model always gives the same bytes.
  ///
  /// - Complexity: O(columns + rows + nonzeros).
  public func lpText() -> String {
    var writer = LPWriter(self)
    return writer.text()
  }
}

private struct LPWriter {
  private let model: CompiledModel
  private let columns: ExportNames
  private let rows: ExportNames
  private var output = TextBuffer()
  /// The length of the current line [byte]. Some readers stop at 255 or 560.
  private var lineLength = 0

  init(_ model: CompiledModel) {
    self.model = model
    self.columns = ExportNames(model.columnLabels, reserved: ["constant"])
    self.rows = ExportNames(model.rowLabels, reserved: ["objective"])
    output.reserveCapacity(model.nonzeroCount * 28 + model.columnCount * 48 + 4096)
  }

  mutating func text() -> String {
    writeComments()
    writeObjective()
    writeRows()
    writeBounds()
    writeIntegers()
    output.append("End\n")
    return output.string
  }

  /// Whether the file has a column for the constant, which also serves a model without columns, since files need one.
  private var hasConstantColumn: Bool { model.objectiveConstant != 0 || model.columnCount == 0 }

  private mutating func writeComments() {
    for line in model.exportComments(columns: columns, rows: rows) {
      output.append(line.isEmpty ? "\\" : "\\ ")
      output.append(line)
      output.append("\n")
    }
  }

  private mutating func writeObjective() {
    output.append("Minimize\n objective:")
    lineLength = 11
    var isEmpty = true
    for column in 0..<model.columnCount where model.objective[column] != 0 {
      appendTerm(model.objective[column], columns.names[column])
      isEmpty = false
    }
    if hasConstantColumn {
      appendTerm(model.objectiveConstant, "constant")
    } else if isEmpty {
      appendTerm(0, columns.names[0])
    }
    output.append("\n")
  }

  private mutating func writeRows() {
    output.append("Subject To\n")
    let matrix = model.rowwise()
    for row in 0..<model.rowCount {
      output.append(" ")
      output.append(rows.names[row])
      output.append(":")
      lineLength = rows.names[row].utf8.count + 2
      for entry in matrix.entries(ofRow: row) {
        appendTerm(matrix.values[entry], columns.names[Int(matrix.indices[entry])])
      }
      if matrix.entries(ofRow: row).isEmpty { appendTerm(0, columns.names.first ?? "constant") }
      switch model.rowSenses[row] {
      case .lessOrEqual: output.append(" <= ")
      case .greaterOrEqual: output.append(" >= ")
      case .equal: output.append(" = ")
      }
      output.append(model.rightHandSides[row])
      output.append("\n")
    }
    if model.rowCount == 0 {
      // The section must not be empty, so it gets a row that always holds.
      output.append(" no_rows: 0 \(columns.names.first ?? "constant") <= 1\n")
    }
  }

  private mutating func writeBounds() {
    output.append("Bounds\n")
    if hasConstantColumn { output.append(" constant = 1\n") }
    for column in 0..<model.columnCount where !(model.isInteger[column] && isBinary(column)) {
      writeBounds(ofColumn: column)
    }
  }

  private mutating func writeBounds(ofColumn column: Int) {
    let (lower, upper) = (model.columnLower[column], model.columnUpper[column])
    let name = columns.names[column]
    if lower == 0 && upper == .infinity { return }
    output.append(" ")
    if lower == -.infinity && upper == .infinity {
      output.append(name)
      output.append(" free\n")
    } else if lower == upper {
      output.append(name)
      output.append(" = ")
      output.append(lower)
      output.append("\n")
    } else {
      if lower == -.infinity { output.append("-inf") } else { output.append(lower) }
      output.append(" <= ")
      output.append(name)
      if upper < .infinity {
        output.append(" <= ")
        output.append(upper)
      }
      output.append("\n")
    }
  }

  private mutating func writeIntegers() {
    writeNames("Binaries\n", model.integerColumns.filter(isBinary))
    writeNames("Generals\n", model.integerColumns.filter { !isBinary($0) })
  }

  private mutating func writeNames(_ heading: String, _ chosen: [Int]) {
    if chosen.isEmpty { return }
    output.append(heading)
    for column in chosen {
      output.append(" ")
      output.append(columns.names[column])
      output.append("\n")
    }
  }

  private func isBinary(_ column: Int) -> Bool {
    model.columnLower[column] == 0 && model.columnUpper[column] == 1
  }

  private mutating func appendTerm(_ coefficient: Double, _ name: String) {
    let start = output.count
    output.append(coefficient < 0 ? " - " : " + ")
    let magnitude = abs(coefficient)
    if magnitude != 1 {
      output.append(magnitude)
      output.append(" ")
    }
    output.append(name)
    lineLength += output.count - start
    if lineLength > 200 {
      output.append("\n")
      lineLength = 0
    }
  }
}
