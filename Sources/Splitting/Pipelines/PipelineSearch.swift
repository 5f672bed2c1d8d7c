import LinearModels

/// The search that suits a pipeline.
package struct PipelineSearch {
  private let figures: PipelineFigures

  package init(_ figures: PipelineFigures) { self.figures = figures }

  /// Searches until plan and bound of the record meet, or it must stop. Linear programs go to the session; without one, the
  /// searches do with prices of their own.
  package func run(_ record: BottleneckRecord, _ session: (any LinearSession)?) {
  }
}
