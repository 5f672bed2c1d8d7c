import Foundation
import LinearModels
import TestSupport

/// A model that led a solver astray, kept beside the repository in `../shared/data`, in the part of the MPS format that
/// these files use: minimisation without ranges, all columns with upper bounds.
struct MPSFile {
  /// `nil` where there is no such folder.
  static let folder: URL? = {
    let folder = PackageFolder.url.deletingLastPathComponent().appending(path: "shared/data")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  enum Fault: Error {
    case line(String)
  }

  private let text: String

  init(named name: String) throws {
    guard let folder = Self.folder else { throw Fault.line("no folder") }
    text = try String(contentsOf: folder.appending(path: "\(name).mps"), encoding: .utf8)
  }

  /// Reads the file.
  func model() throws -> CompiledModel {
    var reader = Reader()
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      if line.first != " " { reader.section = words[0] } else { try reader.read(words) }
    }
    return try reader.model()
  }

  private struct Reader {
    var section = ""
    private var objective = ""
    private var rows: [(name: String, sense: Sense, limit: Double)] = []
    private var rowNumbers: [String: Int] = [:]
    private var columns: [(isInteger: Bool, upper: Double, cost: Double, entries: [Int: Double])] = []
    private var columnNumbers: [String: Int] = [:]
    private var isInteger = false

    mutating func read(_ words: [String]) throws {
      switch (section, words[0]) {
      case ("ROWS", "N"): objective = words[1]
      case ("ROWS", "L"): addRow(words[1], .lessOrEqual)
      case ("ROWS", "G"): addRow(words[1], .greaterOrEqual)
      case ("ROWS", "E"): addRow(words[1], .equal)
      case ("COLUMNS", _) where words[1] == "'MARKER'": isInteger = words[2] == "'INTORG'"
      case ("COLUMNS", _): try readEntries(words)
      case ("RHS", _): for (name, value) in try pairs(words) { rows[try row(name)].limit = value }
      case ("BOUNDS", "UP"): columns[try column(words[2])].upper = try number(words[3])
      case ("BOUNDS", "BV"): columns[try column(words[2])].upper = 1
      default: throw Fault.line(words.joined(separator: " "))
      }
    }

    private mutating func addRow(_ name: String, _ sense: Sense) {
      rowNumbers[name] = rows.count
      rows.append((name, sense, 0))
    }

    private mutating func readEntries(_ words: [String]) throws {
      if columnNumbers[words[0]] == nil {
        columnNumbers[words[0]] = columns.count
        columns.append((isInteger, .infinity, 0, [:]))
      }
      let column = try column(words[0])
      for (name, value) in try pairs(words) {
        if name == objective {
          columns[column].cost = value
        } else {
          columns[column].entries[try row(name)] = value
        }
      }
    }

    /// What stands in pairs behind the first word.
    private func pairs(_ words: [String]) throws -> [(name: String, value: Double)] {
      try stride(from: 1, to: words.count - 1, by: 2).map { (words[$0], try number(words[$0 + 1])) }
    }

    private func row(_ name: String) throws -> Int { try found(rowNumbers[name], name) }
    private func column(_ name: String) throws -> Int { try found(columnNumbers[name], name) }
    private func number(_ word: String) throws -> Double { try found(Double(word), word) }

    private func found<Value>(_ value: Value?, _ word: String) throws -> Value {
      guard let value else { throw Fault.line(word) }
      return value
    }

    func model() throws -> CompiledModel {
      var model = LinearModel(name: "test", objectiveUnit: "1")
      let variables = columns.enumerated().map { number, column in
        column.isInteger
          ? model.addInteger(Label("x", number), lower: 0, upper: column.upper)
          : model.addContinuous(Label("x", number), lower: 0, upper: column.upper)
      }
      for (number, row) in rows.enumerated() {
        var left = LinearExpression()
        for column in columns.indices {
          if let coefficient = columns[column].entries[number] { left += coefficient * variables[column] }
        }
        switch row.sense {
        case .lessOrEqual: model.add(Label("r", number), left <= row.limit)
        case .greaterOrEqual: model.add(Label("r", number), left >= row.limit)
        case .equal: model.add(Label("r", number), left == row.limit)
        }
      }
      model.minimise(sum(over: columns.indices) { columns[$0].cost * variables[$0] })
      return try model.compiled()
    }
  }
}
