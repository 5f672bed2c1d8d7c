// Timers may be used from any thread, but are not marked so on Linux.
@preconcurrency import Dispatch
import Foundation
import LayerRoute
import Synchronization

/// A line that shows the state of a long run, renewed twice a second, if standard error is a terminal.
final class ProgressLine<State: Sendable>: Sendable {
  private let latest = Mutex<State?>(nil)
  private let isShown = Mutex(true)
  private let timer = DispatchSource.makeTimerSource(queue: .global())
  private let text: @Sendable (State) -> String

  /// A line that appears after a delay [s].
  init(after delay: Double, text: @escaping @Sendable (State) -> String) {
    self.text = text
    if isatty(STDERR_FILENO) != 0 {
      timer.schedule(deadline: .now() + delay, repeating: 0.5)
      timer.setEventHandler { [weak self] in self?.show() }
    }
    timer.resume()
  }

  func note(_ state: State) { latest.withLock { $0 = state } }

  /// Removes the line from the terminal.
  func end() {
    timer.cancel()
    // Under the lock, so that no line that is just being drawn appears afterwards.
    isShown.withLock {
      if $0 { Console.progress("") }
      $0 = false
    }
  }

  private func show() {
    guard let state = latest.withLock({ $0 }) else { return }
    isShown.withLock { if $0 { Console.progress(text(state)) } }
  }
}

extension ProgressLine<SearchProgress> {
  /// The line of a solve: incumbent, bound, gap, nodes and time.
  convenience init(_ objective: Objective) {
    let start = ContinuousClock.now
    self.init(after: 1) { progress in
      var parts = [
        progress.origin.formulation.map { "\($0) with \(progress.origin.backend)" } ?? "\(progress.origin)"
      ]
      if let cost = progress.cost { parts.append("plan \(objective.text(ofCost: cost))") }
      if progress.bound.isFinite { parts.append("bound \(objective.text(ofCost: progress.bound))") }
      if let cost = progress.cost, progress.bound.isFinite {
        parts.append("gap \(Figures.percentage(objective.gap(cost: cost, bound: min(progress.bound, cost))))")
      }
      if progress.nodes > 0 { parts.append("\(progress.nodes) nodes") }
      parts.append("\(Int((ContinuousClock.now - start) / .seconds(1))) s")
      return parts.joined(separator: ", ")
    }
  }
}
