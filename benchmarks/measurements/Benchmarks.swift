import ArgumentParser
import Foundation

/// Measurements behind the figures in the documentation; each prints its table in Markdown.
@main
struct Benchmarks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmarks",
    abstract: "Measure LayerRoute. Build with -c release.",
    subcommands: [
      CertificateSpeed.self, FamilyCalibration.self, FormulationSpeed.self, HeuristicQuality.self,
      ModelSpeed.self,
      NativeSpeed.self, ReadingSpeed.self, RootGaps.self, WorkerOverhead.self,
    ])
}

/// Statistics over times.
enum Statistics {
  /// exp(mean(log(t + shift))) - shift: a mean that neither the fastest nor the slowest cases dominate.
  static func shiftedGeometricMean(_ times: [Double], shift: Double) -> Double {
    let logarithms = times.map { log($0 + shift) }
    return exp(logarithms.reduce(0, +) / Double(times.count)) - shift
  }
}
