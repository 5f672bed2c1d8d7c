extension CompiledModel {
  /// The model as a free-form MPS file.
  ///
  /// The header has the word `FREE`, since CBC may otherwise take the file for fixed-form. There is no OBJSENSE
  /// section, since GLPK 5.0 rejects it and the format minimises by default. An objective constant is written as a
  /// column fixed at 1. The same model always gives the same bytes.
  ///
  /// - Complexity: O(columns + rows + nonzeros).
  public func mpsText() -> String {
    var writer = MPSWriter(self)
    return writer.text()
  }
}

private struct MPSWriter {
  private let model: CompiledModel
  private let columns: ExportNames
  private let rows: ExportNames
  private var output = TextBuffer()

  init(_ model: CompiledModel) {
    self.model = model
    self.columns = ExportNames(model.columnLabels, reserved: ["constant"])
    self.rows = ExportNames(model.rowLabels, reserved: ["objective"])
    output.reserveCapacity(model.nonzeroCount * 40 + model.columnCount * 64 + 4096)
  }

  mutating func text() -> String {
    for line in model.exportComments(columns: columns, rows: rows) { output.append("* \(line)\n") }
    output.append("NAME \(ExportNames([Label(model.name)], reserved: []).names[0]) FREE\n")
    writeRows()
    writeColumns()
    writeRightHandSides()
    writeBounds()
    output.append("ENDATA\n")
    return output.string
  }

  private var hasConstantColumn: Bool { model.objectiveConstant != 0 || model.columnCount == 0 }

  private mutating func writeRows() {
    output.append("ROWS\n N objective\n")
    for row in 0..<model.rowCount {
      switch model.rowSenses[row] {
      case .lessOrEqual: output.append(" L ")
      case .greaterOrEqual: output.append(" G ")
      case .equal: output.append(" E ")
      }
      output.append(rows.names[row])
      output.append("\n")
    }
  }

  private mutating func writeColumns() {
    output.append("COLUMNS\n")
    var markers = 0
    var inIntegers = false
    for column in 0..<model.columnCount {
      if model.isInteger[column] != inIntegers {
        inIntegers.toggle()
        writeMarker(&markers, opens: inIntegers)
      }
      // The objective is written even if it is 0, so that a column without entries occurs once.
      writeEntry(columns.names[column], "objective", model.objective[column])
      for entry in Int(model.columnStarts[column])..<Int(model.columnStarts[column + 1]) {
        writeEntry(
          columns.names[column], rows.names[Int(model.rowIndices[entry])], model.coefficients[entry])
      }
    }
    if inIntegers { writeMarker(&markers, opens: false) }
    if hasConstantColumn { writeEntry("constant", "objective", model.objectiveConstant) }
  }

  private mutating func writeMarker(_ markers: inout Int, opens: Bool) {
    output.append(" MARKER\(markers) 'MARKER' \(opens ? "'INTORG'" : "'INTEND'")\n")
    markers += 1
  }

  private mutating func writeEntry(_ column: String, _ row: String, _ value: Double) {
    output.append(" ")
    output.append(column)
    output.append(" ")
    output.append(row)
    output.append(" ")
    output.append(value)
    output.append("\n")
  }

  private mutating func writeRightHandSides() {
    output.append("RHS\n")
    for row in 0..<model.rowCount where model.rightHandSides[row] != 0 {
      writeEntry("RHS", rows.names[row], model.rightHandSides[row])
    }
  }

  private mutating func writeBounds() {
    output.append("BOUNDS\n")
    for column in 0..<model.columnCount { writeBounds(ofColumn: column) }
    if hasConstantColumn { writeBound("FX", "constant", 1) }
  }

  private mutating func writeBounds(ofColumn column: Int) {
    let (lower, upper) = (model.columnLower[column], model.columnUpper[column])
    let name = columns.names[column]
    if lower == -.infinity && upper == .infinity {
      writeBound("FR", name, nil)
    } else if lower == upper {
      writeBound("FX", name, lower)
    } else if model.isInteger[column] && lower == 0 && upper == 1 {
      writeBound("BV", name, nil)
    } else {
      if lower == -.infinity {
        writeBound("MI", name, nil)
      } else if lower != 0 {
        writeBound("LO", name, lower)
      }
      if upper < .infinity {
        writeBound("UP", name, upper)
      } else if model.isInteger[column] {
        // Some readers give integer columns without an upper bound the bound 1.
        writeBound("PL", name, nil)
      }
    }
  }

  private mutating func writeBound(_ kind: String, _ column: String, _ value: Double?) {
    output.append(" \(kind) BOUND ")
    output.append(column)
    if let value {
      output.append(" ")
      output.append(value)
    }
    output.append("\n")
  }
}
