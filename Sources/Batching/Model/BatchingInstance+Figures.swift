import Foundations
import Problems

extension BatchingInstance {
  /// Refuses an instance whose figures are finite, but combine to values that a number cannot hold.
  ///
  /// - Throws: `PlanningError.figures`, which names the place.
  /// - Complexity: O(K + N).
  public func checkFigures() throws(PlanningError) {
    var uploads = 0.0
    var value = 0.0
    for (index, user) in users.enumerated() {
      let seconds = uploadSeconds(of: index)
      uploads += seconds
      value += user.value
      guard uploads.isFinite else {
        throw .figures(
          "user \(TerminalText.quoted(user.id.text)): uploading takes longer than any number of seconds")
      }
      guard value.isFinite else {
        throw .figures("user \(TerminalText.quoted(user.id.text)): the values add up to more than any number")
      }
    }
    var computing = server.window ?? uploads
    for block in blocks {
      computing += block.times.seconds(min(users.count, block.times.largest ?? users.count))
      guard computing.isFinite else {
        throw .figures(
          "block \(TerminalText.quoted(block.name.text)): computing takes longer than any number of seconds")
      }
    }
  }
}
