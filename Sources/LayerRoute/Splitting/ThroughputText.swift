/// What a plan's busiest nodes and links mean for people who have a stream.
struct ThroughputText {
  private let instance: Instance
  private let loads: ResourceLoads
  private let hasRates: Bool

  init(_ plan: Plan, of instance: Instance) {
    self.instance = instance
    loads = Evaluator(instance).loads(of: plan)
    hasRates = instance.jobs.contains { $0.rate > 0 }
  }

  /// "31.2 inferences a second, limited by the link camera > edge (32 ms an inference); without it node edge would limit at
  /// 40 /s", a line.
  var text: String {
    let limits = loads.bottlenecks
    guard let first = limits.first else {
      return "throughput nothing limits it: no node and no link is busy\n"
    }
    let named = limits.prefix(3).map { name(of: $0.resource) }
    let more = limits.count > named.count ? [" and \(limits.count - named.count) more"] : []
    let who = named.joined(separator: ", ") + more.joined()
    var text = "throughput \(rate(first.load)), limited by \(who) (\(busy(first.load)))"
    if let next = nextLimit(besides: limits.map(\.resource)) {
      let without = limits.count == 1 ? "it" : "them"
      text += "; without \(without) \(name(of: next.resource)) would limit at \(short(next.load))"
    }
    return text + "\n"
  }

  /// The busiest of the others.
  private func nextLimit(
    besides limits: [ResourceLoads.Resource]
  ) -> (resource: ResourceLoads.Resource, load: Double)? {
    let all =
      loads.nodes.indices.map { (resource: ResourceLoads.Resource.node($0), load: loads.nodes[$0]) }
      + loads.links.indices.map { (.link($0), loads.links[$0]) }
    return all.filter { $0.load > 0 && !limits.contains($0.resource) }.max { $0.load < $1.load }
  }

  private func name(of resource: ResourceLoads.Resource) -> String {
    switch resource {
    case .node(let node): return "node \(instance.shown(node))"
    case .link(let link):
      let ends = instance.network.links[link]
      return "the link \(instance.shown(ends.tail)) > \(instance.shown(ends.head))"
    }
  }

  private func rate(_ load: Double) -> String {
    if hasRates { return "all rates can be \(Figures.digits(1 / load, 4)) times as high" }
    let each = instance.jobs.count > 1 ? " of each job" : ""
    return "\(Figures.digits(1 / load, 4)) inferences a second\(each)"
  }

  private func busy(_ load: Double) -> String {
    hasRates
      ? "busy \(Figures.percentage(load)) of the time"
      : "\(Figures.duration(load)) \(instance.jobs.count > 1 ? "for one inference of each job" : "an inference")"
  }

  private func short(_ load: Double) -> String {
    hasRates ? "\(Figures.digits(1 / load, 4)) times" : "\(Figures.digits(1 / load, 4)) /s"
  }
}
