extension CompiledModel {
  /// The model as a free-form MPS file.
  ///
  /// The header has the word `FREE`, since CBC may otherwise take the file for fixed-form. There is no OBJSENSE
  /// section, since GLPK 5.0 rejects it and the format minimises by default. An objective constant is written as a
  /// column fixed at 1. The same model always gives the same bytes.
  /// - Complexity: O(columns + rows + nonzeros).
  public func mpsText() -> String { MPSWriter(self).text }
}

private struct MPSWriter {
  private let model: CompiledModel
  private let columns: ExportNames
  private let rows: ExportNames
  private(set) var text = ""

  init(_ model: CompiledModel) {
    self.model = model
    (columns, rows) = model.exportNames()
    text.reserveCapacity(model.nonzeroCount * 40 + model.columnCount * 64 + 4096)
    for line in model.exportComments(columns: columns, rows: rows) { text += "* \(line)\n" }
    text += "NAME \(ExportNames([Label(model.name)], reserved: []).names[0]) FREE\n"
    writeRows()
    writeColumns()
    text += "RHS\n"
    for row in 0..<model.rowCount where model.rightHandSides[row] != 0 {
      writeEntry("RHS", rows.names[row], model.rightHandSides[row])
    }
    text += "BOUNDS\n"
    for column in 0..<model.columnCount { writeBounds(ofColumn: column) }
    if model.needsConstantColumn { writeBound("FX", "constant", 1) }
    text += "ENDATA\n"
  }

  private mutating func writeRows() {
    text += "ROWS\n N objective\n"
    for row in 0..<model.rowCount {
      switch model.rowSenses[row] {
      case .lessOrEqual: text += " L "
      case .greaterOrEqual: text += " G "
      case .equal: text += " E "
      }
      text += "\(rows.names[row])\n"
    }
  }

  private mutating func writeColumns() {
    text += "COLUMNS\n"
    var markers = 0
    var inIntegers = false
    for column in 0..<model.columnCount {
      if model.isInteger[column] != inIntegers {
        inIntegers.toggle()
        writeMarker(&markers, opens: inIntegers)
      }
      // The objective is written even if it is 0, so that a column without entries occurs once.
      writeEntry(columns.names[column], "objective", model.objective[column])
      for entry in model.entries(ofColumn: column) {
        writeEntry(
          columns.names[column], rows.names[Int(model.rowIndices[entry])], model.coefficients[entry])
      }
    }
    if inIntegers { writeMarker(&markers, opens: false) }
    if model.needsConstantColumn { writeEntry("constant", "objective", model.objectiveConstant) }
  }

  private mutating func writeMarker(_ markers: inout Int, opens: Bool) {
    text += " MARKER\(markers) 'MARKER' \(opens ? "'INTORG'" : "'INTEND'")\n"
    markers += 1
  }

  private mutating func writeEntry(_ column: String, _ row: String, _ value: Double) {
    text += " "
    text += column
    text += " "
    text += row
    text += " "
    text += exported(value)
    text += "\n"
  }

  private mutating func writeBounds(ofColumn column: Int) {
    let (lower, upper, name) = (model.columnLower[column], model.columnUpper[column], columns.names[column])
    if lower == -.infinity && upper == .infinity { return writeBound("FR", name) }
    if lower == upper { return writeBound("FX", name, lower) }
    if model.isBinary(column) { return writeBound("BV", name) }
    if lower == -.infinity {
      writeBound("MI", name)
    } else if lower != 0 {
      writeBound("LO", name, lower)
    }
    if upper < .infinity {
      writeBound("UP", name, upper)
    } else if model.isInteger[column] {
      // Some readers give integer columns without an upper bound the bound 1.
      writeBound("PL", name)
    }
  }

  private mutating func writeBound(_ kind: String, _ column: String, _ value: Double? = nil) {
    text += " \(kind) BOUND \(column)"
    text += value.map { " \(exported($0))\n" } ?? "\n"
  }
}
