extension CompiledModel {
  /// The model as a CPLEX LP file.
  ///
  /// The file is always a minimisation. An objective constant is written as a column fixed at 1, and no row is a range,
  /// since readers differ on both. The same model always gives the same bytes.
  /// - Complexity: O(columns + rows + nonzeros).
  public func lpText() -> String { LPWriter(self).text }
}

private struct LPWriter {
  private let model: CompiledModel
  private let columns: ExportNames
  private let rows: ExportNames
  private(set) var text = ""
  /// The offset of the current line [byte]. Some readers stop at 255 or 560 bytes of a line.
  private var lineStart = 0

  init(_ model: CompiledModel) {
    self.model = model
    (columns, rows) = model.exportNames()
    text.reserveCapacity(model.nonzeroCount * 28 + model.columnCount * 48 + 4096)
    for line in model.exportComments(columns: columns, rows: rows) {
      text += line.isEmpty ? "\\\n" : "\\ \(line)\n"
    }
    writeObjective()
    writeRows()
    writeBounds()
    writeNames("Binaries\n", model.integerColumns.filter(model.isBinary))
    writeNames("Generals\n", model.integerColumns.filter { !model.isBinary($0) })
    text += "End\n"
  }

  private mutating func writeObjective() {
    text += "Minimize\n"
    startExpression("objective")
    let used = (0..<model.columnCount).filter { model.objective[$0] != 0 }
    for column in used { appendTerm(model.objective[column], columns.names[column]) }
    if model.needsConstantColumn {
      appendTerm(model.objectiveConstant, "constant")
    } else if used.isEmpty {
      appendTerm(0, columns.names[0])
    }
    text += "\n"
  }

  private mutating func writeRows() {
    text += "Subject To\n"
    let matrix = model.rowwise()
    let anyColumn = columns.names.first ?? "constant"
    for row in 0..<model.rowCount {
      startExpression(rows.names[row])
      for entry in matrix.entries(ofRow: row) {
        appendTerm(matrix.values[entry], columns.names[Int(matrix.indices[entry])])
      }
      if matrix.entries(ofRow: row).isEmpty { appendTerm(0, anyColumn) }
      switch model.rowSenses[row] {
      case .lessOrEqual: text += " <= "
      case .greaterOrEqual: text += " >= "
      case .equal: text += " = "
      }
      text += "\(exported(model.rightHandSides[row]))\n"
    }
    // The section must not be empty, so it gets a row that always holds.
    if model.rowCount == 0 { text += " no_rows: 0 \(anyColumn) <= 1\n" }
  }

  private mutating func writeBounds() {
    text += "Bounds\n"
    if model.needsConstantColumn { text += " constant = 1\n" }
    for column in 0..<model.columnCount where !model.isBinary(column) {
      let (lower, upper, name) = (model.columnLower[column], model.columnUpper[column], columns.names[column])
      if lower == 0 && upper == .infinity { continue }
      if lower == -.infinity && upper == .infinity {
        text += " \(name) free\n"
      } else if lower == upper {
        text += " \(name) = \(exported(lower))\n"
      } else {
        text += " \(lower == -.infinity ? "-inf" : exported(lower)) <= \(name)"
        text += upper < .infinity ? " <= \(exported(upper))\n" : "\n"
      }
    }
  }

  private mutating func writeNames(_ heading: String, _ chosen: [Int]) {
    if !chosen.isEmpty { text += heading }
    for column in chosen { text += " \(columns.names[column])\n" }
  }

  private mutating func startExpression(_ name: String) {
    lineStart = text.utf8.count
    text += " \(name):"
  }

  private mutating func appendTerm(_ coefficient: Double, _ name: String) {
    text += coefficient < 0 ? " - " : " + "
    if abs(coefficient) != 1 {
      text += exported(abs(coefficient))
      text += " "
    }
    text += name
    if text.utf8.count - lineStart > 200 {
      text += "\n"
      lineStart = text.utf8.count
    }
  }
}
