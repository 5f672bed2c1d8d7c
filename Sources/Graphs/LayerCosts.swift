/// The cost of each layer of one request on each node of a network for searches: its time, and waiting under
/// the policy `layer`; infinite if the layer alone exceeds a capacity.
struct LayerCosts: Sendable {
  private let network: SearchNetwork
  let times: LayerTimes
  /// The memory of each layer alone [byte].
  private let memory: FlatArray<Double>
  private let rate: Double
  private let waitsForEachLayer: Bool

  /// The number of layers.
  var count: Int { times.count }

  init(_ request: LayeredRequest, in network: SearchNetwork) {
    self.network = network
    times = LayerTimes(request, network.speeds)
    memory = FlatArray(request.layers.lazy.map(\.footprint))
    rate = request.rate
    waitsForEachLayer = network.waiting == .layer
  }

  /// The cost of a layer on a node [s]; infinite as well if the node cannot or may not run the layer.
  @inline(__always)
  func cost(ofLayer layer: Int, on node: Int) -> Double {
    let time = times.time(ofLayer: layer, on: node)
    if memory[layer] > network.memoryLimit[node] || rate * time > network.loadLimit[node] { return .infinity }
    return waitsForEachLayer ? time + network.waits[node] : time
  }

  /// Whether a node can run some layer.
  func mayHost(_ node: Int) -> Bool { (0..<count).contains { cost(ofLayer: $0, on: node) < .infinity } }
}
