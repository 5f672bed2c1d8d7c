extension String {
  /// The text as it can be shown: control characters escaped.
  public var escapedForTerminal: String {
    var shown = ""
    for scalar in unicodeScalars {
      if scalar.properties.generalCategory == .control {
        shown += scalar.escaped(asASCII: true)
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }
}
