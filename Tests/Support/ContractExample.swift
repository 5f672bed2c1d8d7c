import Networks
import Splitting

extension Instance {
  /// The example of the file format: a camera, an edge server behind a switch, and a network of two layers.
  public static func contractExample() -> Instance {
    let nodes = [
      Node(id: "camera", compute: 5e9, memory: 512 * 1024 * 1024),
      Node(id: "edge", compute: 2e12, backlog: 4e9),
      Node(id: "switch"),
    ]
    let links = [
      Link(tail: 0, head: 2, bandwidth: 1e9, latency: 1e-3),
      Link(tail: 2, head: 0, bandwidth: 1e9, latency: 1e-3),
      Link(tail: 2, head: 1, bandwidth: 1e9, latency: 2e-4, backlog: 50e3),
      Link(tail: 1, head: 2, bandwidth: 1e9, latency: 2e-4, backlog: 50e3),
    ]
    let layers = [
      Layer(name: "conv1", work: 0.21e9, output: 200e3, memory: 93e3),
      Layer(
        name: "fc", work: 8_192_000, output: 4000, memory: 16e6,
        times: [MeasuredTime(node: 0, seconds: 0.09)]),
    ]
    let job = Job(
      id: "detect", dnn: 0, source: 0, target: 0, rate: 10, deadline: 0.25,
      hosts: [HostRule(layer: 0, nodes: [0])])
    return Instance(
      network: Network(nodes: nodes, links: links), dnns: [DNN(name: "tiny", input: 602_112, layers: layers)],
      jobs: [job])
  }

  /// The same as a file.
  public static let contractExampleFile = """
    {
      "layerroute": 1,
      "network": {
        "nodes": [
          {"id": "camera", "compute": "5 GFLOP/s", "memory": "512 MiB"},
          {"id": "edge", "compute": "2 TFLOP/s", "backlog": "4 GFLOP"},
          {"id": "switch"}
        ],
        "links": [
          {"from": "camera", "to": "switch", "bandwidth": "1 Gbit/s", "latency": "1 ms", "duplex": true},
          {"from": "switch", "to": "edge", "bandwidth": "1 Gbit/s", "latency": "0.2 ms", "backlog": "50 kB", "duplex": true}
        ]
      },
      "dnns": {
        "tiny": {
          "input": "602112 B",
          "layers": [
            {"name": "conv1", "work": "0.21 GFLOP", "output": "200 kB", "memory": "93 kB"},
            {"name": "fc", "work": 8192000, "output": 4000, "memory": "16 MB", "times": {"camera": "90 ms"}}
          ]
        }
      },
      "jobs": [
        {"id": "detect", "dnn": "tiny", "source": "camera", "target": "camera",
         "rate": 10, "deadline": "250 ms", "weight": 1, "hosts": {"conv1": ["camera"]}}
      ],
      "options": {"waiting": "visit", "objective": "total"}
    }
    """
}

extension JobPlan {
  /// The plan of the contract's example: the second layer on the edge server.
  public static let contractExample = JobPlan(hosts: [0, 1], routes: [[0], [0, 2, 1], [1, 2, 0]])
}
