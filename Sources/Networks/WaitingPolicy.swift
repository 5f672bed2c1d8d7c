/// The policy by which a job waits for a node's backlog.
public enum WaitingPolicy: String, Sendable, CaseIterable {
  /// Once for each maximal run of consecutive layers on the node.
  case visit
  /// Once for each layer on the node.
  case layer
}
