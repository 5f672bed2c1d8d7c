import Documents
import Foundations
import Problems

/// A job as a plan file states it: the names of its hosts, and of the nodes of its routes.
package typealias StatedJob = (id: Name, hosts: [Name], routes: [[Name]])

extension Document {
  private enum JobKey: Int, CaseIterable {
    case id, latency, compute, transfer, propagation, waiting, hosts, routes, segments
  }
  private static let jobSchema = Schema<JobKey>()

  /// The jobs of a plan file by name, and the form of their figures; the verifier checks whether these are true.
  ///
  /// - Throws: if the file is no plan of any instance.
  func statedJobs() throws(InputError) -> [StatedJob] {
    try elements(of: required("jobs", of: Document.root)).map(statedJob)
  }

  private func statedJob(_ token: Int) throws(InputError) -> StatedJob {
    let fields = try fields(of: token, Self.jobSchema)
    let id = try identifier(fields.required(.id))
    let figures = [JobKey.latency, .compute, .transfer, .propagation, .waiting]
    // A plan made by hand may leave all of its figures out.
    if figures.contains(where: { fields[$0] != nil }) {
      for key in figures { _ = try finiteNumber(fields.required(key)) }
    }
    if let segments = fields[.segments] { try checkSegments(segments) }
    let hosts = try names(fields.required(.hosts))
    return (id, hosts, try elements(of: fields.required(.routes)).map(names))
  }

  private enum SegmentKey: Int, CaseIterable { case host, first, last, tensors, bytes }
  private static let segmentSchema = Schema<SegmentKey>()

  /// Checks the form of the segments of a job: a host, its first and last layer, and what enters the first.
  private func checkSegments(_ list: Int) throws(InputError) {
    for element in try elements(of: list) {
      let fields = try fields(of: element, Self.segmentSchema)
      for key in [SegmentKey.host, .first, .last] { _ = try identifier(fields.required(key)) }
      for tensor in try elements(of: fields.required(.tensors)) { _ = try string(tensor) }
      _ = try finiteNumber(fields.required(.bytes))
    }
  }

  private enum BottleneckKey: Int, CaseIterable { case node, from, to, load }
  private static let bottleneckSchema = Schema<BottleneckKey>()

  /// Checks the form of the bottlenecks that a plan file states: nodes, and links by their ends, each with its load.
  func checkBottlenecks() throws(InputError) {
    if let token = member("bottleneck", of: Document.root) { _ = try finiteNumber(token) }
    guard let list = member("bottlenecks", of: Document.root) else { return }
    for element in try elements(of: list) {
      let fields = try fields(of: element, Self.bottleneckSchema)
      _ = try finiteNumber(fields.required(.load))
      let names =
        fields[.node] == nil
        ? [try fields.required(.from), try fields.required(.to)] : [try fields.required(.node)]
      for name in names { _ = try identifier(name) }
    }
  }

  private func names(_ list: Int) throws(InputError) -> [Name] { try elements(of: list).map(identifier) }
}

extension StatedPlan<Plan> {
  /// The plan with these jobs, which may be in any order, in the indices of an instance, and the names that do
  /// not match.
  package init(_ stated: [StatedJob], of instance: Instance) {
    let nodes = instance.network.nodes.map(\.id).firstPositions
    var findings: [String] = []
    var places: [Name: Int] = [:]
    for (place, job) in stated.enumerated() where places.updateValue(place, forKey: job.id) != nil {
      findings.append("the plan has job \(quoted(job.id)) twice")
    }
    let known = Set(instance.jobs.map(\.id))
    for job in stated where !known.contains(job.id) {
      findings.append("the instance has no job \(quoted(job.id))")
    }
    func indices(_ names: [Name], _ job: Name) -> [Int] {
      names.compactMap { name in
        if nodes[name] == nil {
          findings.append("job \(quoted(job)): the network has no node \(quoted(name))")
        }
        return nodes[name]
      }
    }
    var jobs: [JobPlan] = []
    for job in instance.jobs.map(\.id) {
      guard let place = places[job] else {
        findings.append("the plan has nothing for job \(quoted(job))")
        continue
      }
      let hosts = indices(stated[place].hosts, job)
      jobs.append(JobPlan(hosts: hosts, routes: stated[place].routes.map { indices($0, job) }))
    }
    self.init(plan: findings.isEmpty ? Plan(jobs: jobs) : nil, findings: findings)
  }
}

/// A name in quotation marks for a message, with control characters escaped.
package func quoted(_ name: Name) -> String { TerminalText.quoted(name.text) }

extension Sequence where Element: Hashable {
  /// The first position of each element.
  package var firstPositions: [Element: Int] {
    Dictionary(enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }
}
