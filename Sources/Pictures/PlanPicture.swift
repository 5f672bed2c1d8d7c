import Charts
import Networks
import Splitting

/// A picture of a network with the hosts and routes of jobs, and below it the DNN of each job as a strip of layers.
///
/// Without a plan, the picture shows the network alone.
public struct PlanPicture {
  private let instance: Instance
  private let plan: DrawnPlan?
  private let jobs: [Int]
  private let captions: [String]
  private let loads: DrawnLoads?
  private let title: String

  /// The largest number of nodes of a network in which some nodes have no position.
  public static let largestLayout = StressLayout.largestNetwork

  /// Prepares a picture of a valid plan, or of the network alone without one. Not all nodes of a network with more than
  /// ``largestLayout`` nodes may lack a position. The jobs to draw are ascending indices; the captions say the latency in
  /// words of each job of the instance. With `loads` the picture shows what nodes and links are busy with.
  ///
  /// - Complexity: O(J L).
  public init(
    _ instance: Instance, _ plan: Plan?, jobs: [Int], title: String, captions: [String],
    loads: DrawnLoads? = nil
  ) {
    (self.instance, self.jobs, self.title, self.captions) = (instance, jobs, title, captions)
    self.loads = loads
    self.plan = plan.map { DrawnPlan($0, jobs: jobs) }
  }

  private static let width = 1000.0

  /// The picture as an SVG file.
  ///
  /// - Complexity: O(N (N + E)) if positions are missing, otherwise O(N + E + J L); plus the length of the routes, and
  ///   the number of labels times the number of nodes, lines and labels that they must not hide.
  public var svg: String {
    var svg = SVG()
    svg.text(title, at: Point(20, 24), size: 15, isBold: true)
    let map = NetworkMap(instance, plan, loads, jobs: jobs, width: Self.width)
    var drawn = SVG()
    map.draw(in: &drawn)
    svg.add(group: drawn, ["transform": "translate(0 32)"])
    var top = legend(&svg, top: 32 + map.size.y)
    for job in jobs {
      guard let plan else { break }
      let strip = LayerStrip(instance: instance, plan: plan, job: job, width: Self.width)
      strip.draw(in: &svg, top: top, caption: captions[job])
      top += strip.height
    }
    return svg.document(width: Self.width, height: top + 10, title: title)
  }

  /// Draws the legend of the map, and returns the upper end of the next part.
  private func legend(_ svg: inout SVG, top: Double) -> Double {
    var x = 40.0
    let y = top + 6
    func note(_ text: String) {
      svg.text(text, at: Point(x + 16, y + 4), size: 11, fill: Palette.faint)
      x += 34 + LabelPlaces.width(text, size: 11)
    }
    func square(_ fill: String, dashes: String? = nil, stroke: String = Palette.text) {
      svg.rectangle(
        at: Point(x, y - 5), width: 10, height: 10,
        [
          "rx": "2", "fill": fill, "stroke": stroke, "stroke-width": stroke == Palette.text ? "1" : "2",
          "stroke-dasharray": dashes,
        ])
    }
    if plan != nil {
      square(Palette.area(0))
      note("runs layers (letter as in the strips)")
    }
    square(Palette.idle)
    note(plan == nil ? "computes" : "computes, runs nothing here")
    let nodes = instance.network.nodes
    if plan == nil || zip(nodes, instance.computingNodes).contains(where: { $0.isRelay && !$1 }) {
      svg.circle(
        at: Point(x + 5, y), radius: 4,
        ["fill": Palette.switching, "stroke": Palette.faint, "stroke-width": "0.8"])
      note("forwards only")
    }
    if nodes.contains(where: { !$0.isRelay }) {
      square("none", dashes: Node.rimDashes)
      note("dashed: no relay")
    }
    if loads != nil {
      square("none", stroke: Palette.limit)
      note("red: the bottleneck")
    }
    if plan != nil { note("bars: tensor sizes, dark where the tensor crosses links") }
    return y + 26
  }
}
