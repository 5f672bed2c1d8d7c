import Foundations
import Networks

extension Layer {
  /// The name as pictures show it, without scopes that the next scope repeats.
  ///
  /// PyTorch exports names with all enclosing scopes, such as /features/features.2/conv/conv.0/Conv, which becomes
  /// features.2/conv.0/Conv.
  var shownName: String {
    let name = TerminalText.shortened(self.name.text)
    let scopes = name.split(separator: "/")
    guard scopes.count > 1 else { return name }
    let telling = scopes.indices.filter { index in
      index + 1 == scopes.count || !scopes[index + 1].hasPrefix(scopes[index] + ".")
    }
    return telling.map { String(scopes[$0]) }.joined(separator: "/")
  }
}
