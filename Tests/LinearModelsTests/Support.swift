import Foundation
import Foundations
import LinearModels
import TestSupport

/// Labels that a naive writer trips over.
let oddLabels = [
  "e1", "E5x", "e", "free", "Subject", "st", "bounds", "Infinity", "inf", "end", "constant", "objective", "x",
  "x", "größe", "模型", "a b", "a\nb", "", "9lives", "-x", "x+y", "<=", String(repeating: "long", count: 800),
  ".dot", "MARKER", "RHS", "no_rows", "x_1", "n_x", "_", "\u{1b}[31m", "a\u{2028}b", "Ende", "eInf",
]

/// A program of every shape that the writers know: all kinds of bounds, integers, constants, empty rows, no
/// columns. It is bounded, because every unbounded column has a cost of the right sign or a row to hold it.
func randomProgram(seed: Int) throws -> CompiledModel {
  var random = seededGenerator(seed)
  var model = LinearModel(name: oddLabels.randomElement(using: &random) ?? "", objectiveUnit: "s")
  model.comments = ["first\nsecond", "größe \\ * $"]
  let label = { (random: inout SplitMix64) in Label(oddLabels.randomElement(using: &random) ?? "") }
  func number(_ range: ClosedRange<Int>) -> Double { Double(Int.random(in: range, using: &random)) }
  var cost = LinearExpression(Bool.random(using: &random) ? number(-5...5) / 2 : 0)
  var columns: [Variable] = []
  for _ in 0..<(seed % 10 == 0 ? 0 : Int.random(in: 1...6, using: &random)) {
    let (lower, upper) = (number(-4...1), number(2...5))
    let isInteger = Bool.random(using: &random)
    let kind = Int.random(in: 0...6, using: &random)
    let bounds: (Double, Double) =
      switch kind {
      case 0: (0, .infinity)
      case 1: (-.infinity, upper)
      case 2: (lower, .infinity)
      case 3: (lower, lower)
      case 4: (lower, upper)
      case 5: (0, 1)
      default: (-.infinity, .infinity)
      }
    let name = label(&random)
    let column =
      isInteger
      ? model.addInteger(name, lower: bounds.0, upper: bounds.1)
      : model.addContinuous(name, lower: bounds.0, upper: bounds.1)
    columns.append(column)
    let sign: Double = bounds.0 == -.infinity ? -1 : 1
    if kind < 6 { cost += (sign * number(0...9) / 4) * column }
  }
  for _ in 0..<Int.random(in: 0...4, using: &random) {
    var row = LinearExpression()
    for column in columns where Bool.random(using: &random) { row += number(-5...5) * column }
    let limit = number(-6...9)
    switch Int.random(in: 0...2, using: &random) {
    case 0: model.add(label(&random), row <= limit)
    case 1: model.add(label(&random), row >= -limit)
    default: model.add(label(&random), row == limit / 2)
    }
  }
  model.minimise(cost)
  return try model.compiled()
}

/// A program on the search path, for example `glpsol`.
func program(_ name: String) -> URL? {
  let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
  return folders.map { URL(filePath: String($0)).appending(path: name) }
    .first { FileManager.default.isExecutableFile(atPath: $0.path) }
}

/// What a program printed on standard output.
func output(of program: URL, _ arguments: [String]) throws -> String {
  let process = Process()
  process.executableURL = program
  process.arguments = arguments
  let pipe = Pipe()
  process.standardOutput = pipe
  process.standardError = FileHandle.nullDevice
  try process.run()
  let data = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return String(decoding: data, as: UTF8.self)
}
