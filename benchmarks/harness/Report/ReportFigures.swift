import Charts
import Foundations

/// The figures of a summary.
public struct ReportFigures: Sendable {
  private let summary: Summary
  private let formulations: [String]
  private let backends: [String]

  /// Draws a summary.
  ///
  /// - Parameter summary: the summary of all runs.
  public init(_ summary: Summary) {
    self.summary = summary
    formulations = Set(summary.methods.map(\.formulation)).sorted()
    backends = Set(summary.methods.map(\.backend)).sorted()
  }

  /// The definitions of the figures, with terms between asterisks.
  static let notes = [
    "*performance profile*: the share of all instances that a method solves within a multiple of the time that the "
      + "fastest method takes on the instance, by that multiple (Dolan and Moré, 2002). On the left is the share on "
      + "which the method is the fastest, on the right the share that it solves at all.",
    "*boxes*: from the lower to the upper quartile, with the median as a bar and the extremes as lines; a circle for "
      + "each instance.",
  ]

  /// All figures as SVG, with names without file extensions.
  public var all: [(name: String, svg: String)] { charts.map { ($0.name, $0.chart.svg) } }

  var charts: [(name: String, chart: Chart)] {
    var charts = [("profile", profile), ("time-by-size", timeBySize), ("root-gaps", rootGaps)]
    let dimensions = Set(summary.scalings.map(\.dimension)).sorted()
    for (number, dimension) in dimensions.enumerated() {
      charts.append(("scaling-\(number + 1)", scaling(dimension)))
    }
    return charts
  }

  /// A colour for each formulation; a marker and a dash pattern for each backend.
  private func style(_ method: BenchmarkMethod) -> Chart.Style {
    Chart.Style(
      colour: formulations.firstIndex(of: method.formulation) ?? 0,
      pattern: backends.firstIndex(of: method.backend) ?? 0)
  }

  private var limit: [Chart.Reference] {
    summary.limit.isFinite ? [.init("limit: \(Figures.duration(summary.limit))", summary.limit)] : []
  }

  // MARK: Performance profile

  private var profile: Chart {
    let curves = summary.overall.profile.curves
    let end = 1.2 * max(1.5, curves.compactMap(\.steps.last?.ratio).max() ?? 1)
    var chart = Chart(
      title: "Performance profile",
      x: .init("at most so many times the fastest method's time", .logarithmic, range: 1...end),
      y: .init("share of the instances solved", unit: .share, range: 0...1))
    chart.series = curves.map { curve in
      let ends = [1, end].map { Chart.Point($0, curve.share(within: $0)) }
      let steps = curve.steps.filter { $0.ratio > 1 }.map { Chart.Point($0.ratio, $0.share) }
      return .init("\(curve.method)", .steps, style(curve.method), [ends[0]] + steps + [ends[1]])
    }
    return chart
  }

  // MARK: Time by size

  private var timeBySize: Chart {
    var chart = Chart(
      title: "Time of each run by the size of its instance",
      x: .init("links × layers × jobs", .logarithmic), y: .init("time", .logarithmic, unit: .seconds))
    chart.references = limit
    chart.notes = [
      "Hollow, at the limit: the run did not solve its instance. Points of one instance stand side by side."
    ]
    chart.spread = 21
    chart.series = summary.methods.map { method in
      let points = summary.instances.flatMap { instance in
        (instance.attempts[method]?.applicable ?? []).map { point($0, size: Double(instance.size)) }
      }
      return .init("\(method)", .markers, style(method), points)
    }
    return chart
  }

  private func point(_ run: JudgedRun, size: Double) -> Chart.Point {
    let seconds = run.isSolved ? run.record.seconds : summary.limit
    let result = run.isSolved ? Figures.duration(seconds) : run.outcome.rawValue
    return Chart.Point(
      size, seconds, isHollow: !run.isSolved,
      title:
        "\(run.record.method), \(run.record.subject.name), repetition \(run.record.repetition): \(result)")
  }

  // MARK: Root gaps

  /// One box for each formulation: all backends solve the same relaxation, so that one method of each is enough.
  private var rootGaps: Chart {
    var chart = Chart(
      title: "Gap between relaxation and optimum, an instance each",
      x: .init("(optimum - relaxation) / optimum", unit: .share), y: .init("", .categories([])))
    var names: [String] = []
    for formulation in formulations {
      let methods = summary.methods.filter { $0.formulation == formulation }
      let points = summary.instances.compactMap { instance in
        methods.lazy.compactMap { instance.rootGap(of: $0) }.first.map { gap in
          Chart.Point(
            gap, Double(names.count),
            title: "\(formulation), \(instance.subject.name): \(Figures.percentage(gap))")
        }
      }
      guard !points.isEmpty, let method = methods.first else { continue }
      chart.series.append(.init("", .boxes, .init(colour: style(method).colour), points))
      names.append(formulation)
    }
    chart.y.scale = .categories(names)
    return chart
  }

  // MARK: Scaling

  private func scaling(_ dimension: String) -> Chart {
    var chart = Chart(
      title: "Time against \(dimension)", x: .init(dimension, .logarithmic),
      y: .init("median time", .logarithmic, unit: .seconds))
    chart.references = limit
    chart.notes = [
      "Hollow: not every run solved its instance. Points of one value stand side by side.",
      "In the legend: the exponent of the power fitted to the filled points, and its standard error.",
    ]
    chart.spread = 12
    for scaling in summary.scalings where scaling.dimension == dimension {
      let (style, name) = (style(scaling.method), Self.name(scaling))
      chart.series.append(.init(name, .markers, style, scaling.points.map { point($0, scaling) }))
      guard let law = scaling.law else { continue }
      // On logarithmic axes a power law is a straight line, so that two points are enough.
      let fitted = scaling.points.filter(\.isComplete).map(\.value)
      let ends = [fitted.first, fitted.last].compactMap(\.self)
      chart.series.append(.init(name, .curve, style, ends.map { .init($0, law.seconds(at: $0)) }))
    }
    return chart
  }

  private static func name(_ scaling: Scaling) -> String {
    guard let law = scaling.law else { return "\(scaling.method)" }
    let (exponent, error) = (Figures.digits(law.exponent, 3), Figures.digits(law.standardError, 2))
    return "\(scaling.method): \(exponent) ± \(error)"
  }

  private func point(_ point: Scaling.Point, _ scaling: Scaling) -> Chart.Point {
    let result = point.seconds.map { Figures.duration($0) } ?? "unsolved"
    return Chart.Point(
      point.value, point.seconds ?? summary.limit, isHollow: !point.isComplete,
      title: "\(scaling.method), \(scaling.dimension) \(Figures.digits(point.value, 6)): \(result), "
        + "\(point.solved) of \(point.instances) solved")
  }
}
