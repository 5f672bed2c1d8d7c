import ServingFlows

/// The layers that machines hold, and the tokens that flow between them.
public struct ServingPlan: Sendable, Equatable {
  public typealias End = ServingInstance.End

  /// The tokens a second on a link.
  public struct Flow: Sendable, Equatable {
    public var tail: End
    public var head: End
    /// [1/s]
    public var rate: Double

    public init(_ tail: End, _ head: End, rate: Double) {
      (self.tail, self.head, self.rate) = (tail, head, rate)
    }
  }

  public var placement: Placement
  /// The links with flow.
  public var flows: [Flow]

  public init(placement: Placement, flows: [Flow]) { (self.placement, self.flows) = (placement, flows) }

  /// The plan of a placement with its largest flow; machines that nothing flows through stay unused.
  public init(_ placement: Placement, _ flow: PlacementFlow) {
    func end(_ index: Int) -> End {
      index == PlacementFlow.source ? .source : index == PlacementFlow.sink ? .sink : .machine(index)
    }
    self.placement = placement
    for machine in placement.held.indices where flow.throughMachine[machine] == 0 {
      self.placement.first[machine] = 0
      self.placement.held[machine] = 0
    }
    flows = flow.links.map { Flow(end($0.tail), end($0.head), rate: $0.rate) }
  }
}
