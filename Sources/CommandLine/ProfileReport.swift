import Documents
import Foundations
import Importers
import LinearModels

/// A summary of an imported profile.
struct ProfileReport {
  private let chain: MeasuredChain
  private let devices: [Name]

  init(_ chain: MeasuredChain, devices: [Name]) {
    self.chain = chain
    self.devices = devices
  }

  private var operations: Int { chain.layers.reduce(0) { $0 + $1.operations } }
  private var memory: Double { chain.layers.reduce(0) { $0 + $1.memory } }

  /// The time of all layers on a device [s]; `nil` if one was not measured there.
  private func seconds(_ device: Int) -> Double? {
    chain.layers.reduce(0) { sum, layer in sum.flatMap { sum in layer.times[device].map { sum + $0 } } }
  }

  /// The totals: sizes in byte, times in s. A time is null if some layer was not measured on the device.
  var json: JSONValue {
    let times = devices.enumerated().map { index, device in
      JSONValue.Member(device.text, seconds(index).map { .number($0) } ?? .null)
    }
    return [
      "layers": .number(Double(chain.layers.count)), "operators": .number(Double(operations)),
      "input": .number(chain.input), "result": .number(chain.layers.last?.output ?? chain.input),
      "memory": .number(memory), "seconds": .object(times),
    ]
  }

  /// A line for each layer, and the totals.
  var text: String {
    var table = TextTable(
      [("layer", .left), ("operators", .right)] + devices.map { (TerminalText.shortened($0.text), .right) }
        + [("out", .right), ("memory", .right)])
    for layer in chain.layers {
      table.add(
        [TerminalText.shortened(layer.name), String(layer.operations)]
          + devices.indices.map { layer.times[$0].map(Figures.duration) ?? "-" }
          + [Figures.size(layer.output), Figures.size(layer.memory)])
    }
    table.add(
      ["(\(chain.layers.count) layers)", String(operations)]
        + devices.indices.map { seconds($0).map(Figures.duration) ?? "-" } + ["", Figures.size(memory)])
    return table.text
  }
}
