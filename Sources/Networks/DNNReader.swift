import Documents
import Foundations

/// The DNNs of an instance, with the indices of their names and of their layers' names.
package struct DNNTable {
  package var dnns: [DNN] = []
  package var names = NameTable("DNN")
  /// The layers of each DNN by name.
  package var layers: [NameTable] = []

  package init() {}

  /// Appends a copy of the DNN at an index that shares its layers.
  package mutating func repeatDNN(_ index: Int, name: Name) {
    var dnn = dnns[index]
    dnn.name = name
    dnns.append(dnn)
    layers.append(layers[index])
  }
}

/// Reads the object of a DNN.
package struct DNNReader {
  package let document: Document
  package let nodes: NameTable

  package init(document: Document, nodes: NameTable) {
    self.document = document
    self.nodes = nodes
  }

  private enum Key: Int, CaseIterable { case input, layers }
  private static let schema = Schema<Key>()

  private enum LayerKey: Int, CaseIterable { case name, work, output, memory, times }
  private static let layerSchema = Schema<LayerKey>()

  package func read(_ token: Int, name: Name, into table: inout DNNTable) throws(InputError) {
    let fields = try document.fields(of: token, Self.schema)
    var dnn = DNN(name: name, input: try document.quantity(fields.required(.input), .size), layers: [])
    var names = NameTable("layer")
    for element in try document.elements(of: fields.required(.layers)) {
      let fields = try document.fields(of: element, Self.layerSchema)
      let layer = try layer(fields)
      try names.add(layer.name, at: fields.required(.name), of: document)
      dnn.layers.append(layer)
    }
    table.dnns.append(dnn)
    table.layers.append(names)
  }

  private func layer(_ fields: Fields<LayerKey>) throws(InputError) -> Layer {
    var layer = Layer(
      name: try layerName(fields.required(.name)),
      output: try document.quantity(fields.required(.output), .size))
    if let value = fields[.work] { layer.work = try document.quantity(value, .work) }
    if let value = fields[.memory] { layer.memory = try document.quantity(value, .size) }
    if let value = fields[.times] { layer.times = try times(value) }
    return layer
  }

  private func layerName(_ token: Int) throws(InputError) -> Name {
    let name = try document.identifier(token)
    guard name != "*" else {
      throw document.error(
        token, "a layer must not be called \"*\", which means all other layers in \"hosts\"")
    }
    return name
  }

  private func times(_ token: Int) throws(InputError) -> [MeasuredTime] {
    var times: [MeasuredTime] = []
    for (key, value) in try document.members(of: token) {
      let node = try nodes.index(key, of: document)
      times.append(MeasuredTime(node: node, seconds: try document.quantity(value, .time)))
    }
    return times
  }
}
