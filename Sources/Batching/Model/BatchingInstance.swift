import Foundations

/// The users whose tasks may go into the next batch of an edge server, and the DNN that computes the batch.
public struct BatchingInstance: Sendable, Equatable {
  public var server: Server
  /// The blocks of the DNN in the order of computation, at least one; behind each there is an exit.
  public var blocks: [Block]
  public var users: [User]
  /// The relative excess up to which the evaluator lets a constraint count as satisfied. It is no part of a file: plans
  /// that are made keep to ``planningTolerance``, plans that come from files to the tolerance of all files.
  public var tolerance = planningTolerance

  /// The relative excess that plans of this project may have. It admits what rounding alone puts beyond a limit.
  public static let planningTolerance = 1e-9

  public init(server: Server, blocks: [Block], users: [User]) {
    (self.server, self.blocks, self.users) = (server, blocks, users)
  }

  public struct Server: Sendable, Equatable {
    /// The bandwidth that the users of a batch share [Hz], positive.
    public var bandwidth: Double
    /// The time for all uploads [s]; `nil` if it is as long as they need.
    public var window: Double?

    public init(bandwidth: Double, window: Double? = nil) {
      (self.bandwidth, self.window) = (bandwidth, window)
    }
  }

  /// A block of the DNN with the exit behind it.
  public struct Block: Sendable, Equatable {
    public var name: Name
    public var times: Times
    /// The accuracy of the exit, in 0 ... 1; `nil` if no user asks for an accuracy.
    public var accuracy: Double?

    public init(name: Name, times: Times, accuracy: Double? = nil) {
      (self.name, self.times, self.accuracy) = (name, times, accuracy)
    }
  }

  /// How long a block takes for a batch of b tasks [s]; no time for an empty batch.
  public enum Times: Sendable, Equatable {
    /// The times of the batches of 1, 2, ... tasks, which do not decrease. Larger batches are impossible.
    case table([Double])
    /// base + slope b for b from 1 to `largest`; `nil` for no limit.
    case linear(base: Double, slope: Double, largest: Int?)
  }

  public struct User: Sendable, Equatable {
    public var id: Name
    /// The size of what the user sends [byte].
    public var upload: Double
    public var channel: Channel
    /// The time from the beginning of the window by which the task must be computed [s].
    public var deadline: Double
    public var need: Need
    /// What the plan gains by serving the user.
    public var value: Double

    public init(id: Name, upload: Double, channel: Channel, deadline: Double, need: Need, value: Double = 1) {
      (self.id, self.upload, self.channel) = (id, upload, channel)
      (self.deadline, self.need, self.value) = (deadline, need, value)
    }
  }

  /// The quality of a user's uplink.
  public enum Channel: Sendable, Equatable {
    /// [bit/s/Hz]
    case efficiency(Double)
    /// The ratio of signal and noise, linear.
    case ratio(Double)
  }

  /// What a user needs of the exit where its task leaves the DNN.
  public enum Need: Sendable, Equatable {
    /// The index of the first block behind which the task may leave.
    case exit(Int)
    /// The least accuracy of the exit.
    case accuracy(Double)
  }
}

// MARK: Figures that the formulations and the algorithms share; the evaluator derives its own

extension BatchingInstance {
  /// The index of the first block whose exit suffices for a user; `nil` if there is none.
  public func firstExit(of user: Int) -> Int? {
    switch users[user].need {
    case .exit(let block): block
    case .accuracy(let least): blocks.firstIndex { $0.accuracy.map { $0 >= least } ?? false }
    }
  }

  /// How long a user's upload takes at the whole bandwidth [s].
  public func uploadSeconds(of user: Int) -> Double {
    let user = users[user]
    return user.upload == 0 ? 0 : 8 * (user.upload / server.bandwidth / user.channel.efficiency)
  }
}

extension BatchingInstance.Channel {
  /// The spectral efficiency [bit/s/Hz].
  public var efficiency: Double {
    switch self {
    case .efficiency(let efficiency): efficiency
    case .ratio(let ratio): Logarithm.binary(onePlus: ratio)
    }
  }
}

extension BatchingInstance.Times {
  /// The largest possible batch; `nil` for no limit.
  public var largest: Int? {
    switch self {
    case .table(let times): times.count
    case .linear(_, _, let largest): largest
    }
  }

  /// The time for a batch of at most ``largest`` tasks [s].
  public func seconds(_ batch: Int) -> Double {
    guard batch > 0 else { return 0 }
    switch self {
    case .table(let times): return times[batch - 1]
    case .linear(let base, let slope, _): return base + slope * Double(batch)
    }
  }
}
