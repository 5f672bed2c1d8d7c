import Batching
import Documents
import Foundations

/// The measured times of a DNN's blocks for batches of 1, 2, ... tasks, from a table (CSV) with the columns block, batch and
/// seconds (or time, with a unit), and perhaps accuracy.
public struct BlockTable: Sendable {
  /// The blocks in the order of their first rows.
  public private(set) var blocks: [BatchingInstance.Block] = []
  /// Remarks on what was changed or not used.
  public private(set) var notes: [String] = []

  /// Whether the first line of a file names these columns, which tells the table from other profiles.
  public static func isWritten(in bytes: [UInt8]) -> Bool {
    let text = bytes.dropFirst(ByteOrderMark.length(in: bytes))
    let lines = text.split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
    let isSeparator = lines.first?.starts(with: "sep=".utf8) == true
    let start = lines.prefix(isSeparator ? 2 : 1).joined(separator: [UInt8(ascii: "\n")])
    guard let header = try? CSVTable(Array(start), file: "").rows.first else { return false }
    let names = header.cells.map { MeasuredTableReader.nameAndUnit(of: $0).name.lowercased() }
    return names.contains("block") && names.contains("batch")
  }

  /// Reads a table from UTF-8.
  ///
  /// A larger batch must not take less time in an instance: a time that is less than the one before, as measuring
  /// noise makes it, becomes that one, which a note says.
  /// - Throws: if the bytes are not such a table; the message names the place.
  /// - Complexity: expected linear time.
  public init(_ bytes: [UInt8], file: String) throws(InputError) {
    try Document(file: file, bytes: bytes).checkUTF8()
    var reader = BlockTableReader(file: file)
    try reader.read(CSVTable(bytes, file: file))
    blocks = try reader.blocks()
    notes = reader.notes
  }

  /// The DNN as a file that instances can refer to.
  public func json() -> String { JSONWriter.text(of: BatchingInstance.jsonValue(ofDNN: blocks)) }
}

private struct BlockTableReader {
  let file: String
  private(set) var notes: [String] = []
  private var columns: [Column: (index: Int, unit: String)] = [:]
  private var numbers = SpreadsheetNumbers([], prefersDecimalComma: false)
  private var changed: [String: Int] = [:]
  private var measured: [Measured] = []
  private var indices: [Name: Int] = [:]

  /// The title of the column of times if it names no unit, as "time" does and "seconds" does not.
  private var timeTitle: String?

  private enum Column: String, CaseIterable {
    case block, batch, seconds, accuracy

    /// The column with a title in lower case and without a unit.
    init?(title: String) {
      let isTime = MeasuredTableReader.timeSpellings.contains(title)
      self.init(rawValue: isTime ? Column.seconds.rawValue : title)
    }
  }

  private struct Measured {
    let name: Name
    let line: Int
    /// By batch size.
    var times: [Int: Double] = [:]
    var accuracy: Double?
  }

  /// The largest batch; each smaller one needs a row of its own.
  private static let largestBatch = 1_000_000

  init(file: String) { self.file = file }

  private func error(_ line: Int, _ message: String) -> InputError {
    InputError(file: file, line: line, column: 1, message: message)
  }

  // MARK: Reading

  mutating func read(_ table: CSVTable) throws(InputError) {
    guard let header = table.rows.first else { throw InputError(file: file, message: "this table is empty") }
    try read(header: header)
    numbers = table.numbers(in: [Column.seconds, .accuracy].compactMap { columns[$0]?.index })
    for row in table.rows.dropFirst() {
      guard row.cells.count <= header.cells.count else {
        throw error(
          row.line, "there are \(row.cells.count) cells, but the first line has \(header.cells.count)")
      }
      try read(row)
    }
  }

  private mutating func read(header: CSVTable.Row) throws(InputError) {
    var ignored: [String] = []
    for (index, title) in header.cells.enumerated() {
      let (name, unit) = MeasuredTableReader.nameAndUnit(of: title)
      guard let column = Column(title: name.lowercased()) else {
        if !title.isEmpty { ignored.append(TerminalText.quoted(title)) }
        continue
      }
      guard columns.updateValue((index, unit), forKey: column) == nil else {
        throw error(header.line, "there are two columns for \(column.rawValue)")
      }
      guard unit.isEmpty || column == .seconds else {
        throw error(header.line, "the column \(column.rawValue) cannot have a unit")
      }
      if unit.isEmpty, column == .seconds, name.lowercased() != column.rawValue { timeTitle = title }
    }
    for column in [Column.block, .batch, .seconds] where columns[column] == nil {
      throw error(
        header.line,
        "there is no column \"\(column.rawValue)\"; the first line must name the columns block, batch and seconds, "
          + "the last perhaps as \"time [ms]\""
      )
    }
    if !ignored.isEmpty {
      notes.append("columns that are not read: \(ignored.prefix(5).joined(separator: ", "))")
    }
  }

  private mutating func read(_ row: CSVTable.Row) throws(InputError) {
    let name = Name(cell(.block, row))
    guard !name.text.isEmpty else { throw error(row.line, "a block needs a name") }
    guard let batch = Int(cell(.batch, row)), (1...Self.largestBatch).contains(batch) else {
      throw error(
        row.line,
        "batch: \(TerminalText.quoted(cell(.batch, row))) is not a whole number from 1 to \(Self.largestBatch)"
      )
    }
    let index = indices[name] ?? measured.count
    if index == measured.count {
      indices[name] = index
      measured.append(Measured(name: name, line: row.line))
    }
    guard measured[index].times.updateValue(try seconds(row), forKey: batch) == nil else {
      throw error(
        row.line,
        "there is a second time of the block \(TerminalText.quoted(name.text)) for batches of \(batch); give only one, "
          + "for example the median")
    }
    guard let accuracy = try accuracy(row) else { return }
    guard measured[index].accuracy ?? accuracy == accuracy else {
      throw error(
        row.line,
        "the accuracy of the block \(TerminalText.quoted(name.text)) differs from that in a line before")
    }
    measured[index].accuracy = accuracy
  }

  private func cell(_ column: Column, _ row: CSVTable.Row) -> String {
    guard let index = columns[column]?.index, index < row.cells.count else { return "" }
    return row.cells[index]
  }

  /// A cell with a number, with a point for decimals.
  private mutating func number(_ column: Column, _ row: CSVTable.Row) throws(InputError) -> String {
    let cell = cell(column, row)
    switch numbers.reading(of: cell) {
    case .plain: return cell
    case .changed(let plain, let how):
      changed[how, default: 0] += 1
      return plain
    case .ambiguous: throw error(row.line, "\(column.rawValue): \(SpreadsheetNumbers.ambiguity(of: cell))")
    }
  }

  private mutating func seconds(_ row: CSVTable.Row) throws(InputError) -> Double {
    let text = try number(.seconds, row)
    let unit = columns[.seconds]?.unit ?? ""
    if let title = timeTitle, Double(text) != nil {
      notes.append("\(TerminalText.quoted(title)): numbers without a unit are in seconds")
      timeTitle = nil
    }
    do throws(Quantity.Failure) {
      return try Quantity.time.value(of: Double(text) == nil ? text : "\(text) \(unit.isEmpty ? "s" : unit)")
    } catch {
      throw self.error(row.line, "seconds: \(error.message)")
    }
  }

  private mutating func accuracy(_ row: CSVTable.Row) throws(InputError) -> Double? {
    let text = try number(.accuracy, row)
    if text.isEmpty { return nil }
    guard let accuracy = Double(text), (0...1).contains(accuracy) else {
      throw error(row.line, "accuracy: \(TerminalText.quoted(text)) is not a number between 0 and 1")
    }
    return accuracy
  }

  // MARK: Blocks

  mutating func blocks() throws(InputError) -> [BatchingInstance.Block] {
    guard !measured.isEmpty else { throw InputError(file: file, message: "this table has no blocks") }
    notes += changed.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value) numbers" }
    var blocks: [BatchingInstance.Block] = []
    var (raised, most, accuracy) = (0, 0.0, 0.0)
    for block in measured {
      var times: [Double] = []
      for batch in 1...block.times.count {
        guard let seconds = block.times[batch] else {
          throw error(
            block.line,
            "the block \(TerminalText.quoted(block.name.text)) has no time for batches of \(batch), but for larger ones"
          )
        }
        if let last = times.last, seconds < last {
          raised += 1
          most = max(most, (last - seconds) / last)
        }
        times.append(max(seconds, times.last ?? 0))
      }
      if let own = block.accuracy, own < accuracy {
        throw error(
          block.line,
          "the accuracy of the block \(TerminalText.quoted(block.name.text)) is less than that of a block before"
        )
      }
      accuracy = block.accuracy ?? accuracy
      blocks.append(BatchingInstance.Block(name: block.name, times: .table(times), accuracy: block.accuracy))
    }
    if raised > 0 {
      notes.append(
        "\(raised) time\(raised == 1 ? " was" : "s were") less than that of a smaller batch, by up to "
          + "\(Figures.percentage(most)), and \(raised == 1 ? "is" : "are") raised to it")
    }
    return blocks
  }
}
