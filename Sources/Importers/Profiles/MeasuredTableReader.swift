import Documents
import Foundations
import Networks

/// Reads measured times from a table with a row for each layer and device. The columns are layer, device, seconds,
/// output, memory, weights, activations, traffic and work.
struct MeasuredTableReader {
  private let file: String
  private var columns: [Column: (index: Int, unit: String)] = [:]
  private var assumptions = Assumptions()
  /// The title of the column of times if it names no unit, as "time" does and "seconds" does not.
  private var timeTitle: Name?
  private var numbers: SpreadsheetNumbers
  private var layers: [MeasuredLayer] = []
  private var layerIndices: [Name: Int] = [:]
  private var devices: [Name] = []
  private var deviceIndices: [Name: Int] = [:]
  /// The line of the first row of each layer.
  private var lines: [Int] = []

  /// The names of a column of times, in lower case.
  static let timeSpellings = ["seconds", "time", "latency", "duration"]

  private enum Column: String, CaseIterable {
    case layer, device, seconds, output, memory, weights, activations, traffic, work

    /// The figures that do not depend on the device.
    static let ofLayers: [Column] = [.output, .memory, .weights, .activations, .traffic, .work]

    /// The names that a file may use for the column, in lower case and without the unit in brackets.
    var spellings: [String] {
      switch self {
      case .layer: ["layer", "name", "operator"]
      case .device: ["device", "node", "host"]
      case .seconds: MeasuredTableReader.timeSpellings
      case .output: ["output", "output bytes", "output_bytes", "output size", "output_size"]
      case .memory: ["memory", "memory bytes", "memory_bytes"]
      case .weights: ["weights", "weight bytes", "weight_bytes"]
      case .activations: ["activations", "activation bytes", "activation_bytes"]
      case .traffic: ["traffic", "traffic bytes", "traffic_bytes"]
      case .work: ["work", "flop"]
      }
    }

    var quantity: Quantity? {
      switch self {
      case .layer, .device: nil
      case .seconds: .time
      case .output, .memory, .weights, .activations, .traffic: .size
      case .work: .work
      }
    }
  }

  static func read(_ bytes: [UInt8], file: String) throws(InputError) -> Profile {
    let table = try CSVTable(bytes, file: file)
    var reader = MeasuredTableReader(file: file, numbers: table.numbers(in: []))
    guard let header = table.rows.first else { throw InputError(file: file, message: "this table is empty") }
    try reader.read(header: header)
    reader.numbers = table.numbers(
      in: Column.allCases.filter { $0.quantity != nil }.compactMap { reader.columns[$0]?.index })
    for row in table.rows.dropFirst() { try reader.read(row, columnCount: header.cells.count) }
    return try reader.profile()
  }

  private func error(_ line: Int, _ message: String) -> InputError {
    InputError(file: file, line: line, column: 1, message: message)
  }

  private func profile() throws(InputError) -> Profile {
    guard !layers.isEmpty else { throw InputError(file: file, message: "this table has no layers") }
    guard layers.count * devices.count <= Self.timeLimit else {
      throw InputError(
        file: file, message: "\(layers.count) layers on \(devices.count) devices are too many for one DNN")
    }
    var layers = layers
    for (index, layer) in layers.enumerated() {
      layers[index].times += repeatElement(nil, count: devices.count - layer.times.count)
      guard layer.work != nil || layer.times.contains(where: { $0 != nil }) else {
        throw error(
          lines[index], "the layer \(TerminalText.quoted(layer.name)) has neither a time nor work")
      }
    }
    return Profile(file: file, devices: devices, assumptions: assumptions.list, contents: .layers(layers))
  }

  private mutating func read(header: CSVTable.Row) throws(InputError) {
    for (index, title) in header.cells.enumerated() {
      let (name, unit) = Self.nameAndUnit(of: title)
      guard let column = Column.allCases.first(where: { $0.spellings.contains(name.lowercased()) }) else {
        if !title.isEmpty { assumptions.add(.key(Name(title)), "columns that are not read") }
        continue
      }
      guard columns.updateValue((index, unit), forKey: column) == nil else {
        throw error(header.line, "there are two columns for \(column.rawValue)")
      }
      if !unit.isEmpty { try check(unit, of: column, header.line) }
      if unit.isEmpty, column == .seconds, name.lowercased() != column.rawValue { timeTitle = Name(title) }
    }
    for column in [Column.layer, .output] where columns[column] == nil {
      throw error(
        header.line,
        "there is no column \"\(column.rawValue)\"; the first line must name the columns layer and output, "
          + "and may name device, seconds, memory, weights, activations, traffic and work")
    }
    guard columns[.seconds] == nil || columns[.device] != nil else {
      throw error(header.line, "there is a column of times, but no column \"device\"")
    }
  }

  /// Splits a title such as "time [ms]", "time (ms)", "time_ms" or "time ms" into a name and a unit.
  static func nameAndUnit(of title: String) -> (name: String, unit: String) {
    for (open, close) in [("[", "]"), ("(", ")")] where title.hasSuffix(close) {
      guard let start = title.lastIndex(of: Character(open)) else { continue }
      return (String(title[..<start]).trimmed, String(title[title.index(after: start)...].dropLast()).trimmed)
    }
    guard let place = title.lastIndex(where: { $0 == "_" || $0 == " " }) else { return (title, "") }
    let (name, unit) = (String(title[..<place]).trimmed, String(title[title.index(after: place)...]))
    let column = Column.allCases.first { $0.spellings.contains(name.lowercased()) }
    let isKnown = Column.allCases.contains { $0.spellings.contains(title.lowercased()) }
    let isUnit = (try? column?.quantity?.value(of: "1 " + unit)) != nil
    return !isKnown && isUnit ? (name, unit) : (title, "")
  }

  private mutating func check(_ unit: String, of column: Column, _ line: Int) throws(InputError) {
    guard let quantity = column.quantity else {
      throw error(line, "the column \(column.rawValue) cannot have a unit")
    }
    do {
      if let remark = try quantity.reading(of: "1 " + unit).remark { assumptions.add(.file, remark) }
    } catch {
      throw self.error(line, "the column \(column.rawValue): \(error.message)")
    }
  }

  private mutating func read(_ row: CSVTable.Row, columnCount: Int) throws(InputError) {
    guard row.cells.count <= columnCount else {
      throw error(row.line, "there are \(row.cells.count) cells, but the first line has \(columnCount)")
    }
    let name = cell(.layer, row)
    guard !name.isEmpty, name != "*" else {
      throw error(
        row.line, "a layer needs a name other than \"*\", which stands for all layers in an instance")
    }
    let index = try layer(name, row)
    guard let seconds = try figure(.seconds, row) else { return }
    let device = cell(.device, row)
    guard !device.isEmpty else { throw error(row.line, "there is a time, but no device") }
    try add(seconds, index, Name(device), row)
  }

  /// The index of the layer of a row. All rows of a layer must agree on its figures.
  private mutating func layer(_ name: String, _ row: CSVTable.Row) throws(InputError) -> Int {
    guard let index = layerIndices[Name(name)] else {
      guard let output = try figure(.output, row) else {
        throw error(row.line, "the first row of the layer \(TerminalText.quoted(name)) has no output")
      }
      layerIndices[Name(name)] = layers.count
      lines.append(row.line)
      layers.append(
        MeasuredLayer(
          name: name, operations: 1, times: [], work: try figure(.work, row), output: output,
          memory: try figure(.memory, row) ?? 0, weights: try figure(.weights, row) ?? 0,
          activations: try figure(.activations, row) ?? 0, traffic: try figure(.traffic, row) ?? 0))
      return layers.count - 1
    }
    let first = layers[index]
    let known = [first.output, first.memory, first.weights, first.activations, first.traffic, first.work]
    for (column, known) in zip(Column.ofLayers, known) {
      guard let value = try figure(column, row), value != known else { continue }
      let quoted = TerminalText.quoted(first.name)
      throw error(
        row.line,
        "the figure for \(column.rawValue) of the layer \(quoted) differs from that in line \(lines[index])")
    }
    return index
  }

  private mutating func add(
    _ seconds: Double, _ layer: Int, _ device: Name, _ row: CSVTable.Row
  ) throws(InputError) {
    let index = deviceIndices[device] ?? devices.count
    if index == devices.count {
      guard devices.count < Self.deviceLimit else {
        throw error(row.line, "there are more than \(Self.deviceLimit) devices")
      }
      deviceIndices[device] = index
      devices.append(device)
    }
    layers[layer].times += repeatElement(nil, count: max(0, index + 1 - layers[layer].times.count))
    guard layers[layer].times[index] == nil else {
      let name = TerminalText.quoted(layers[layer].name)
      throw error(
        row.line,
        "there is a second time of the layer \(name) on \(TerminalText.quoted(device.text)); "
          + "give only one, for example the median")
    }
    layers[layer].times[index] = seconds
  }

  private static let deviceLimit = 1000
  /// The largest number of layers times devices, since every layer has room for a time on every device.
  private static let timeLimit = 10_000_000

  private func cell(_ column: Column, _ row: CSVTable.Row) -> String {
    guard let index = columns[column]?.index, index < row.cells.count else { return "" }
    return row.cells[index]
  }

  /// The value of a cell in the base unit; `nil` if the cell is empty.
  private mutating func figure(_ column: Column, _ row: CSVTable.Row) throws(InputError) -> Double? {
    let cell = cell(column, row)
    guard !cell.isEmpty, let quantity = column.quantity else { return nil }
    var text = cell
    switch numbers.reading(of: cell) {
    case .plain: break
    case .changed(let plain, let how):
      assumptions.add(.key(Name(column.rawValue)), how)
      text = plain
    case .ambiguous: throw error(row.line, "\(column.rawValue): \(SpreadsheetNumbers.ambiguity(of: cell))")
    }
    do throws(Quantity.Failure) {
      guard let number = Double(text) else {
        let reading = try quantity.reading(of: text)
        if let remark = reading.remark { assumptions.add(.file, remark) }
        return reading.value
      }
      if let unit = columns[column]?.unit, !unit.isEmpty { return try quantity.value(of: "\(text) \(unit)") }
      guard number.isFinite, number >= 0 else {
        throw Quantity.Failure(message: "\(TerminalText.quoted(text)) is not a finite number of at least 0")
      }
      if column == .seconds, let timeTitle {
        assumptions.add(.key(timeTitle), "numbers without a unit are in seconds")
      }
      return number
    } catch {
      throw self.error(row.line, "\(column.rawValue): \(error.message)")
    }
  }
}
