/// The time after a time limit at which each layer of the program ends the layer inside it.
///
/// Usually the library stops by itself, which is the only possibility to get the incumbents of some libraries. If it
/// does not, its worker process is killed. If the work around it, including the building of the model, does not end,
/// its task is cancelled. If the task does not react, the command line prints the last report and ends the program.
package enum Grace {
  /// The time at which a worker process is killed [s].
  package static func worker(_ limit: Double) -> Double { limit * 1.02 + 0.2 }
  /// The time at which the task of a run is cancelled [s].
  package static func run(_ limit: Double) -> Double { limit * 1.02 + 0.22 }
  /// The time at which the command line stops waiting for an answer [s].
  package static func command(_ limit: Double) -> Double { limit * 1.035 + 0.35 }
  /// The time for which the command line waits for an answer after a signal [s].
  package static let signal = 0.7
  /// The longest limit, because timers count in integers; longer ones mean no limit [s].
  package static let longest = 1e9
}
