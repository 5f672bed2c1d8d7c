import ArgumentParser
import Foundation

/// Measurements behind the figures in the documentation; each prints its table in Markdown.
@main
struct Benchmarks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmarks",
    abstract: "Measure LayerRoute. Build with -c release.",
    subcommands: [
      CertificateSpeed.self, CoordinationStudy.self, FamilyCalibration.self, HeuristicQuality.self,
      ModelSpeed.self,
      NativeSpeed.self, PathsSpeed.self, PipelineSpeed.self, PipelineStudy.self, QueueStudy.self,
      ReadingSpeed.self, RootGaps.self, SchedulingSpeed.self, SessionSpeed.self, SharedWeightsSpeed.self,
      WorkerOverhead.self,
    ])
}
