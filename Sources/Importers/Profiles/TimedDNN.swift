import Documents
import Foundations
import Networks

/// A DNN in a file of its own, with the nodes to which its measured times refer.
public struct TimedDNN: Sendable {
  public private(set) var dnn: DNN
  public private(set) var nodes: [Node]

  /// Reads a DNN from a JSON or YAML file.
  ///
  /// - Throws: if the file cannot be read or holds no DNN; the message names the place.
  public static func read(file: String) throws(InputError) -> TimedDNN {
    let (dnn, nodes) = try DNN.read(Document.read(file: file))
    return TimedDNN(dnn: dnn, nodes: nodes)
  }

  /// Gives each layer its time on a node [s], in place of one that it has.
  public mutating func add(_ times: [Double], on name: Name) {
    let index = nodes.firstIndex { $0.id == name } ?? nodes.count
    if index == nodes.count { nodes.append(Node(id: name)) }
    for (layer, seconds) in times.enumerated() {
      dnn.layers[layer].times.removeAll { $0.node == index }
      dnn.layers[layer].times.append(MeasuredTime(node: index, seconds: seconds))
    }
  }
}
