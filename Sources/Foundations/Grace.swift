/// How much later than a time limit each layer of the program ends the layer inside it.
///
/// A library stops by itself, as a rule, which is the only way to get some libraries' incumbents. If it does not, its
/// worker process is killed; if the work around it (stating the model included) does not end, its task is cancelled; and
/// if nothing answers that, the command line prints what was last reported and ends the program.
package enum Grace {
  /// When a worker process is killed [s].
  package static func worker(_ limit: Double) -> Double { limit * 1.02 + 0.2 }
  /// When the task of a run is cancelled [s].
  package static func run(_ limit: Double) -> Double { limit * 1.02 + 0.22 }
  /// When the command line stops waiting for an answer [s].
  package static func command(_ limit: Double) -> Double { limit * 1.035 + 0.35 }
  /// How long the command line waits for an answer after a signal [s].
  package static let signal = 0.7
  /// Timers count in integers: longer limits than this are none [s].
  package static let longest = 1e9
}
