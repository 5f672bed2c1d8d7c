import Foundations
import Networks
import Problems
import Splitting

extension SplittingFamilies {
  static let twoTier = Family(
    "two-tier", "Devices, edge servers and a cloud.", workload: .twoTier, parameters: [devices, edgeServers]
  ) { seed, values, workload throws(ParameterError) in
    try .twoTier(
      seed: seed, devices: values.integer("devices") ?? 4, edgeServers: values.integer("edgeServers") ?? 3,
      workload: workload)
  }

  fileprivate static let devices = Parameter(
    "devices", .integer(1...10_000), label: "the number of devices", usual: "4", "Devices.")
  fileprivate static let edgeServers = Parameter(
    "edgeServers", .integer(1...1000), label: "the number of edge servers", usual: "3", "Edge servers.")
}

extension Instance {
  /// Generates devices with their access links, edge servers, and a cloud: every job starts at a device and
  /// returns to it.
  ///
  /// A device computes 10 to 100 GFLOP/s (a processor without an accelerator) and reaches one edge server over 50 to
  /// 300 Mbit/s and 2 to 10 ms (a wireless link). Edge servers compute 0.5 to 4 TFLOP/s and are connected to a switch
  /// over 1 Gbit/s and 0.2 to 2 ms. The cloud computes 10 to 40 TFLOP/s, behind 1 Gbit/s and 10 to 40 ms. All of this
  /// is this project's choice. Devices do not forward. The jobs start at the devices in turn. The same seed gives the
  /// same instance on every machine.
  ///
  /// - Throws: `ParameterError` if a parameter is out of its range: 1 to 10,000 devices, 1 to 1000 edge servers.
  public static func twoTier(
    seed: UInt64, devices: Int = 4, edgeServers: Int = 3, workload: Workload = .twoTier
  ) throws(ParameterError) -> Instance {
    try workload.validate()
    try SplittingFamilies.devices.check(.integer(devices))
    try SplittingFamilies.edgeServers.check(.integer(edgeServers))
    var random = SplitMix64(seed: seed)
    var nodes: [Node] = []
    var links: [Link] = []
    let (metro, cloud) = (devices + edgeServers, devices + edgeServers + 1)
    // The devices of an edge server are next to each other, below it.
    let devicesOfServer = (devices + edgeServers - 1) / edgeServers
    let rows = Rows(columns: edgeServers * devicesOfServer)
    for device in 0..<devices {
      let column = device % edgeServers * devicesOfServer + device / edgeServers
      nodes.append(
        Node(
          id: Name("device \(device + 1)"), compute: random.nextLogUniform(10e9, 100e9),
          memoryBandwidth: Node.deviceMemoryBandwidth, isRelay: false,
          position: rows.position(column, of: rows.columns, row: 0)))
      links += Link.duplex(
        device, devices + device % edgeServers, bandwidth: random.nextLogUniform(50e6, 300e6),
        latency: random.nextLogUniform(2e-3, 10e-3))
    }
    for server in 0..<edgeServers {
      nodes.append(
        .server(
          Name("edge \(server + 1)"), random.nextLogUniform(0.5e12, 4e12),
          at: rows.position(server, of: edgeServers, row: 1)))
      links += Link.duplex(
        devices + server, metro, bandwidth: 1e9, latency: random.nextLogUniform(0.2e-3, 2e-3))
    }
    nodes += [
      Node(id: "metro", position: rows.position(0, of: 1, row: 2)),
      .server("cloud", random.nextLogUniform(10e12, 40e12), at: rows.position(0, of: 1, row: 3)),
    ]
    links += Link.duplex(metro, cloud, bandwidth: 1e9, latency: random.nextLogUniform(10e-3, 40e-3))
    let draft = Draft(
      network: Network(nodes: nodes, links: links), deviceCount: devices,
      places: (0..<workload.jobs).map { ($0 % devices, $0 % devices) })
    return draft.instance(workload, &random)
  }
}
