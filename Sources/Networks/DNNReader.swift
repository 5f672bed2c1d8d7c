import Documents
import Foundations

extension Document {
  private enum DNNKey: Int, CaseIterable { case input, inputTensors, layers }
  private static let dnnSchema = Schema<DNNKey>(.dnn)

  private enum LayerKey: Int, CaseIterable {
    case name, work, output, memory, weights, activations, traffic, times, tensors, operators
  }
  private static let layerSchema = Schema<LayerKey>(.layer)

  /// The keys of a DNN and of its layers.
  package static let dnnKeys = dnnSchema.partKeys + layerSchema.partKeys

  /// The DNN, still without a name, that is the object at a token, and the indices of its layers' names.
  func dnn(_ token: Int, nodes: NameTable) throws(InputError) -> (dnn: DNN, layers: NameTable) {
    let fields = try fields(of: token, Self.dnnSchema)
    var dnn = DNN(name: "", input: try quantity(fields.required(.input), .size), layers: [])
    if let value = fields[.inputTensors] { dnn.inputTensors = try texts(value) }
    var names = NameTable("layer")
    for element in try elements(of: fields.required(.layers)) {
      let fields = try self.fields(of: element, Self.layerSchema)
      let layer = try layer(fields, nodes)
      try names.add(layer.name, at: fields.required(.name), of: self)
      dnn.layers.append(layer)
    }
    return (dnn, names)
  }

  /// The nodes that the measured times of a DNN name, which is a file of its own.
  fileprivate func timedNodes(_ token: Int) throws(InputError) -> (nodes: [Node], names: NameTable) {
    var (nodes, names): ([Node], NameTable) = ([], NameTable("node"))
    var known: Set<Name> = []
    guard let layers = member("layers", of: token) else { return (nodes, names) }
    for times in try elements(of: layers).compactMap({ member("times", of: $0) }) {
      for (key, _) in try members(of: times) where known.insert(try identifier(key)).inserted {
        try names.add(identifier(key), at: key, of: self)
        nodes.append(Node(id: try identifier(key)))
      }
    }
    return (nodes, names)
  }

  private func layer(_ fields: Fields<LayerKey>, _ nodes: NameTable) throws(InputError) -> Layer {
    let nameToken = try fields.required(.name)
    let name = try identifier(nameToken)
    guard name != "*" else {
      throw error(nameToken, "a layer must not be called \"*\", which means all other layers in \"hosts\"")
    }
    var layer = Layer(name: name, output: try quantity(fields.required(.output), .size))
    if let value = fields[.work] { layer.work = try quantity(value, .work) }
    if let value = fields[.memory] { layer.memory = try quantity(value, .size) }
    if let value = fields[.weights] { layer.weights = try quantity(value, .size) }
    if let value = fields[.activations] { layer.activations = try quantity(value, .size) }
    if let value = fields[.traffic] { layer.traffic = try quantity(value, .size) }
    if let value = fields[.times] {
      layer.times = try members(of: value).map { (key, value) throws(InputError) in
        MeasuredTime(node: try nodes.index(key, of: self), seconds: try quantity(value, .time))
      }
    }
    if let value = fields[.tensors] { layer.tensors = try texts(value) }
    if let value = fields[.operators] { layer.operators = try texts(value) }
    return layer
  }

  /// The names of tensors, which may be any texts.
  private func texts(_ list: Int) throws(InputError) -> [String] { try elements(of: list).map(string) }
}

extension DNN {
  /// Reads a DNN from a file of its own, and the nodes to which its measured times refer.
  package static func read(_ document: Document) throws(InputError) -> (dnn: DNN, nodes: [Node]) {
    let (nodes, names) = try document.timedNodes(Document.root)
    return (try document.dnn(Document.root, nodes: names).dnn, nodes)
  }
}
