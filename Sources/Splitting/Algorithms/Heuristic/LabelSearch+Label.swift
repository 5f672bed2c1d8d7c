extension LabelSearch {
  /// The end of a partial path, with what the path has used.
  struct Label {
    var cost = 0.0
    var latency = 0.0
    /// The scarce hosts used before the current one, one bit for each.
    var usedHosts: UInt64 = 0
    /// The same after the stage leaves the current host, included only if the rest of the job could still fill it.
    var usedOnLeaving: UInt64 = 0
    /// The scarce links used; several links share a bit.
    var usedLinks: UInt64 = 0
    /// The job's use of the host where the label is, the largest activations apart; only recorded if the host is
    /// scarce.
    var memory = 0.0
    var peak = 0.0
    var load = 0.0
    var parent: Int32 = -1
    /// The arc by which the label came, or one of the marks below.
    var arc: Int32
    var node: Int32
    var isKept = true

    static let start: Int32 = -1
    /// The label's node has just computed a layer.
    static let computed: Int32 = -2
    /// The stage is about to leave the node that computed it.
    static let leaving: Int32 = -3

    /// Whether every completion of `other` is one of this label too, which is known to cost no more.
    func dominates(_ other: Label, _ comparesLatency: Bool) -> Bool {
      // Later layers raise both peaks to the same one, or one of them, or none.
      usedHosts & ~other.usedHosts == 0 && memory <= other.memory && load <= other.load
        && memory + peak <= other.memory + other.peak && (!comparesLatency || latency <= other.latency)
    }
  }
}
