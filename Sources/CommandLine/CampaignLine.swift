import BenchmarkHarness
// Timers may be used from any thread, but are not marked so on Linux.
@preconcurrency import Dispatch
import Foundation
import Foundations
import Synchronization

/// A line on the terminal that shows the progress of a campaign; nothing without a terminal.
final class CampaignLine: Sendable {
  private let suite: String
  private let state = Mutex(State())
  private let timer: DispatchSourceTimer

  private struct State {
    var progress: Campaign.Progress?
    var noted = ContinuousClock.now
    var isShown = true
  }

  init(_ suite: String) {
    self.suite = suite
    timer = DispatchSource.makeTimerSource(queue: .global())
    if isatty(STDERR_FILENO) != 0 {
      timer.schedule(deadline: .now() + 0.2, repeating: 0.5)
      timer.setEventHandler { [weak self] in self?.show() }
    }
    timer.resume()
  }

  func note(_ progress: Campaign.Progress) {
    state.withLock { ($0.progress, $0.noted) = (progress, .now) }
  }

  /// Removes the line from the terminal.
  func end() {
    timer.cancel()
    state.withLock {
      if $0.isShown { Console.progress("") }
      $0.isShown = false
    }
  }

  private func show() {
    state.withLock {
      guard $0.isShown, let progress = $0.progress else { return }
      let seconds = (ContinuousClock.now - $0.noted) / .seconds(1)
      Console.progress(Self.text(suite, progress, sinceThen: seconds))
    }
  }

  /// - Parameter seconds: time since the progress was noted [s].
  static func text(_ suite: String, _ progress: Campaign.Progress, sinceThen seconds: Double) -> String {
    let share = progress.total > 0 ? Double(progress.done) / Double(progress.total) : 1
    let filled = Int(share * 20)
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled)
    var parts = ["\(suite) [\(bar)] \(progress.done) of \(progress.total)"]
    if let left = progress.secondsLeft { parts.append("about \(duration(max(0, left - seconds))) left") }
    if progress.wrong > 0 { parts.append("\(progress.wrong) WRONG") }
    if progress.failed > 0 { parts.append("\(progress.failed) failed") }
    if let current = progress.current {
      parts.append(
        "\(current.method) on \(TerminalText.escaped(current.subject)), \(Int(seconds.rounded(.down))) s")
    }
    // A line that wraps cannot be replaced.
    return String(parts.joined(separator: ", ").prefix(columns - 1))
  }

  private static var columns: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 else { return 80 }
    return Int(size.ws_col)
  }

  private static func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<90: "\(Int(seconds.rounded())) s"
    case ..<5400: "\(Int((seconds / 60).rounded())) min"
    default: "\(Int(seconds / 3600)) h \(Int(seconds / 60) % 60) min"
    }
  }
}
