import Documents
import Splitting

/// The contract's example of an instance, as JSON.
let sampleInstance = """
  {
    "layerroute": 1,
    "network": {
      "nodes": [
        {"id": "camera", "compute": "5 GFLOP/s", "memory": "512 MiB"},
        {"id": "edge", "compute": "2 TFLOP/s", "backlog": "4 GFLOP", "position": [2.5, -1]},
        {"id": "switch"}
      ],
      "links": [
        {"from": "camera", "to": "switch", "bandwidth": "1 Gbit/s", "latency": "1 ms", "duplex": true},
        {"from": "switch", "to": "edge", "bandwidth": "1 Gbit/s", "latency": "0.2 ms", "backlog": "50 kB"},
        {"from": "edge", "to": "switch", "bandwidth": 1e9, "duplex": false}
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
       "rate": 10, "deadline": "250 ms", "weight": 2, "release": "1 s", "hosts": {"conv1": ["camera"], "*": ["edge"]}}
    ],
    "options": {"waiting": "layer", "objective": "max"}
  }
  """

/// The same instance in YAML.
let sampleYAML = """
  # the same in YAML
  layerroute: 1
  network:
    nodes:
      - {id: camera, compute: 5 GFLOP/s, memory: 512 MiB}
      - id: 'edge'
        compute: "2 TFLOP/s"
        backlog: 4 GFLOP
        position: [2.5, -1]
      - id: switch   # computes nothing
    links:
      - {from: camera, to: switch, bandwidth: &fast 1 Gbit/s, latency: 1 ms, duplex: true}
      - {from: switch, to: edge, bandwidth: *fast, latency: 0.2 ms, backlog: 50 kB}
      - {from: edge, to: switch, bandwidth: 1e9, duplex: false}
  dnns:
    tiny:
      input: 602112 B
      layers:
        - {name: conv1, work: 0.21 GFLOP, output: 200 kB, memory: 93 kB}
        - {name: fc, work: 8192000, output: 0xFA0, memory: 16 MB, times: {camera: 90 ms}}
  jobs:
    - id: detect
      dnn: tiny
      source: camera
      target: camera
      rate: 10
      deadline: 250 ms
      weight: 2
      release: 1 s
      hosts:
        conv1: [camera]
        "*":
          - edge
  options: {waiting: layer, objective: max}

  """

/// The contract's example of a plan.
let samplePlan = """
  {
    "layerroute": 1,
    "status": "optimal",
    "objective": {"kind": "total", "value": 0.050468096, "bound": 0.050468096, "gap": 0},
    "jobs": [
      {"id": "detect", "latency": 0.050468096,
       "compute": 0.042004096, "transfer": 0.003264, "propagation": 0.0024, "waiting": 0.0028,
       "hosts": ["camera", "edge"],
       "routes": [["camera"], ["camera", "switch", "edge"], ["edge", "switch", "camera"]]}
    ],
    "solver": {"formulation": "layered", "backend": "native", "seconds": 0.0004}
  }
  """

func parse(_ text: String, _ format: FileFormat = .json) throws -> Instance {
  try Instance.parse(Array(text.utf8), format: format, name: "t")
}
