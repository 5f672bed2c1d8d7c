// Timers may be used from any thread, but are not marked so on Linux.
@preconcurrency import Dispatch
import Foundation
import Foundations
import Problems
import Synchronization

/// A line on the terminal that shows the progress of a long run: incumbent, bound, gap, nodes and time.
///
/// It appears after a second and is renewed twice a second, but only if standard error is a terminal.
final class ProgressLine: Sendable {
  private let start = ContinuousClock.now
  private let latest: Mutex<(SearchProgress, Objective)?>
  private let isShown = Mutex(true)
  private let timer: DispatchSourceTimer

  init() {
    latest = Mutex(nil)
    timer = DispatchSource.makeTimerSource(queue: .global())
    if isatty(STDERR_FILENO) != 0 {
      timer.schedule(deadline: .now() + 1, repeating: 0.5)
      timer.setEventHandler { [weak self] in self?.show() }
    }
    timer.resume()
  }

  /// The time since the line was created [s].
  var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

  func note(_ progress: SearchProgress, _ objective: Objective) {
    latest.withLock { $0 = (progress, objective) }
  }

  /// Removes the line from the terminal.
  func end() {
    timer.cancel()
    // Under the lock, so that no line that is just being drawn appears afterwards.
    isShown.withLock {
      $0 = false
      Console.progress("")
    }
  }

  private func show() {
    guard let (progress, objective) = latest.withLock({ $0 }) else { return }
    isShown.withLock { if $0 { Console.progress(Self.text(progress, objective, seconds: seconds)) } }
  }

  static func text(_ progress: SearchProgress, _ objective: Objective, seconds: Double) -> String {
    var parts = [
      progress.origin.formulation.map { "\($0) with \(progress.origin.backend)" } ?? "\(progress.origin)"
    ]
    if let cost = progress.cost { parts.append("plan \(objective.text(ofCost: cost))") }
    if progress.bound.isFinite { parts.append("bound \(objective.text(ofCost: progress.bound))") }
    if let cost = progress.cost, progress.bound.isFinite {
      parts.append("gap \(Figures.percentage(objective.gap(cost: cost, bound: min(progress.bound, cost))))")
    }
    if progress.nodes > 0 { parts.append("\(progress.nodes) nodes") }
    parts.append("\(Int(seconds)) s")
    return parts.joined(separator: ", ")
  }
}
