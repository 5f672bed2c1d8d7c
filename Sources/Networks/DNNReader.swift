import Documents
import Foundations

extension Document {
  private enum DNNKey: Int, CaseIterable { case input, layers }
  private static let dnnSchema = Schema<DNNKey>(
    ofOthers: ["blocks": "coordination", "host": "coordination", "accuracy": "coordination"])

  private enum LayerKey: Int, CaseIterable {
    case name, work, output, memory, weights, activations, traffic, times
  }
  private static let layerSchema = Schema<LayerKey>()

  /// The DNN, still without a name, that is the object at a token, and the indices of its layers' names.
  func dnn(_ token: Int, nodes: NameTable) throws(InputError) -> (dnn: DNN, layers: NameTable) {
    let fields = try fields(of: token, Self.dnnSchema)
    var dnn = DNN(name: "", input: try quantity(fields.required(.input), .size), layers: [])
    var names = NameTable("layer")
    for element in try elements(of: fields.required(.layers)) {
      let fields = try self.fields(of: element, Self.layerSchema)
      let layer = try layer(fields, nodes)
      try names.add(layer.name, at: fields.required(.name), of: self)
      dnn.layers.append(layer)
    }
    return (dnn, names)
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
    return layer
  }
}
