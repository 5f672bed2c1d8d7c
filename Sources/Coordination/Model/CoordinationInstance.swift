import Foundations
import Networks

/// The data of one problem of coordination: services that may continue in each other's blocks, and tasks that use them.
public struct CoordinationInstance: Sendable, Equatable {
  /// The machines and their links; of a node its capacity counts, of a link its bandwidth.
  public var network: Network
  public var services: [DNNService]
  public var connections: [Connection]
  public var tasks: [ServiceTask]
  /// The paths with measured accuracies; no two of one task are the same.
  public var measured: [MeasuredPath]
  public var paths: PathOption

  public init(
    network: Network, services: [DNNService], connections: [Connection] = [], tasks: [ServiceTask],
    measured: [MeasuredPath] = [], paths: PathOption = .single
  ) {
    self.network = network
    self.services = services
    self.connections = connections
    self.tasks = tasks
    self.measured = measured
    self.paths = paths
  }
}

/// How many paths a task may take.
public enum PathOption: String, Sendable, CaseIterable {
  /// At most one.
  case single
  /// Any number.
  case split
}

/// A DNN on its machine: a chain of blocks between the vertices `input` and `output`.
public struct DNNService: Sendable, Equatable {
  public var name: Name
  /// The index of the node.
  public var host: Int
  /// The size of a request [byte].
  public var input: Double
  /// The accuracy of the chain, 0 to 1.
  public var accuracy: Double
  public var blocks: [Block]

  public init(name: Name, host: Int, input: Double, accuracy: Double, blocks: [Block]) {
    self.name = name
    self.host = host
    self.input = input
    self.accuracy = accuracy
    self.blocks = blocks
  }
}

/// A part of a DNN that runs as a whole.
public struct Block: Sendable, Equatable {
  public var name: Name
  /// The time on the host of its DNN [s].
  public var time: Double
  /// The size of the tensor that leaves it [byte].
  public var output: Double

  public init(name: Name, time: Double, output: Double) {
    self.name = name
    self.time = time
    self.output = output
  }
}

/// A vertex of the graph of blocks.
public struct BlockVertex: Sendable, Hashable {
  /// The index of the service.
  public var service: Int
  /// 0 is `input`, k the k-th block, and one more than the number of blocks is `output`.
  public var position: Int

  public init(service: Int, position: Int) {
    self.service = service
    self.position = position
  }
}

/// A trained connection: an arc from a block or `input` to a block or `output`.
public struct Connection: Sendable, Equatable {
  public var from: BlockVertex
  public var to: BlockVertex
  /// The time of the adapter on the host of `to` [s].
  public var time: Double
  /// The accuracy that it costs; negative if it adds some.
  public var penalty: Double

  public init(from: BlockVertex, to: BlockVertex, time: Double = 0, penalty: Double = 0) {
    self.from = from
    self.to = to
    self.time = time
    self.penalty = penalty
  }
}

/// The requests to one service.
public struct ServiceTask: Sendable, Equatable {
  public var id: Name
  /// The index of the service.
  public var service: Int
  /// The largest rate of requests [1/s].
  public var rate: Double
  /// The mean accuracy that its requests need at least; `nil` for any.
  public var accuracy: Double?
  /// The reward of a request that is answered rightly.
  public var value: Double

  public init(id: Name, service: Int, rate: Double, accuracy: Double? = nil, value: Double = 1) {
    self.id = id
    self.service = service
    self.rate = rate
    self.accuracy = accuracy
    self.value = value
  }
}

/// A path whose accuracy was measured for a task.
public struct MeasuredPath: Sendable, Equatable {
  /// The index of the task.
  public var task: Int
  /// The blocks between input and output.
  public var blocks: [BlockVertex]
  public var accuracy: Double

  public init(task: Int, blocks: [BlockVertex], accuracy: Double) {
    self.task = task
    self.blocks = blocks
    self.accuracy = accuracy
  }
}

/// The paths of each task, with their rates.
public struct CoordinationPlan: Sendable, Equatable {
  /// By task.
  public var tasks: [[Stream]]

  public init(tasks: [[Stream]]) { self.tasks = tasks }

  /// The requests of a task on one path.
  public struct Stream: Sendable, Equatable {
    /// The blocks between input and output.
    public var blocks: [BlockVertex]
    /// [1/s]
    public var rate: Double

    public init(blocks: [BlockVertex], rate: Double) {
      self.blocks = blocks
      self.rate = rate
    }
  }
}

extension CoordinationInstance {
  /// The name of a vertex in files: that of its block, `input` or `output`.
  public func name(of vertex: BlockVertex) -> Name {
    let blocks = services[vertex.service].blocks
    return switch vertex.position {
    case 0: "input"
    case blocks.count + 1: "output"
    default: blocks[vertex.position - 1].name
    }
  }

  /// A vertex for people: "alex: a1".
  public func shown(_ vertex: BlockVertex) -> String {
    let (service, block) = (services[vertex.service].name.text, name(of: vertex).text)
    return "\(TerminalText.shortened(service)): \(TerminalText.shortened(block))"
  }

  /// Blocks for people, in runs of one service: "alex: a1 > mobile: m1 ... m4".
  public func shown(_ blocks: [BlockVertex]) -> String {
    var runs: [ArraySlice<BlockVertex>] = []
    for (index, block) in blocks.enumerated() {
      if let last = runs.last?.last, last.service == block.service, last.position + 1 == block.position {
        runs[runs.count - 1] = blocks[runs[runs.count - 1].startIndex...index]
      } else {
        runs.append(blocks[index...index])
      }
    }
    if runs.isEmpty { return "(no block)" }
    return runs.map { run in
      let (first, last) = (run[run.startIndex], run[run.endIndex - 1])
      let end = TerminalText.shortened(name(of: last).text)
      return shown(first) + (run.count == 1 ? "" : run.count == 2 ? ", \(end)" : " ... \(end)")
    }.joined(separator: " > ")
  }
}
