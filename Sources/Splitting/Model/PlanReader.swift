import Documents
import Foundations
import Problems

/// Reads the jobs of a plan file: their hosts and routes by name, and the form of their figures.
///
/// The verifier checks whether the figures are true.
struct PlanReader {
  let document: Document

  private enum JobKey: Int, CaseIterable {
    case id, latency, compute, transfer, propagation, waiting, hosts, routes
  }
  private static let jobSchema = Schema<JobKey>()

  /// A job as a plan file states it.
  private struct StatedJob {
    let id: Name
    let hosts: [Name]
    let routes: [[Name]]
  }

  /// The plan, matched with the instance.
  ///
  /// - Throws: if the file is no plan of any instance.
  func plan(of instance: Instance) throws(InputError) -> StatedPlan<Plan> {
    var jobs: [StatedJob] = []
    for element in try document.elements(of: document.required("jobs", of: Document.root)) {
      jobs.append(try job(element))
    }
    return PlanMatching(instance).plan(jobs.map { ($0.id, $0.hosts, $0.routes) })
  }

  private func job(_ token: Int) throws(InputError) -> StatedJob {
    let fields = try document.fields(of: token, Self.jobSchema)
    let id = try document.identifier(fields.required(.id))
    for key in [JobKey.latency, .compute, .transfer, .propagation, .waiting] {
      _ = try document.finiteNumber(fields.required(key))
    }
    var routes: [[Name]] = []
    let hosts = try names(fields.required(.hosts))
    for route in try document.elements(of: fields.required(.routes)) { routes.append(try names(route)) }
    return StatedJob(id: id, hosts: hosts, routes: routes)
  }

  private func names(_ list: Int) throws(InputError) -> [Name] {
    var names: [Name] = []
    for element in try document.elements(of: list) { names.append(try document.identifier(element)) }
    return names
  }
}

/// Turns the names of a plan into the indices of an instance.
package struct PlanMatching {
  private let instance: Instance
  private let nodes: [Name: Int]
  private var findings: [String] = []

  package init(_ instance: Instance) {
    self.instance = instance
    nodes = Dictionary(
      instance.network.nodes.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The plan with these jobs, which may be in any order, and the names that do not match.
  package func plan(_ stated: [(id: Name, hosts: [Name], routes: [[Name]])]) -> StatedPlan<Plan> {
    var matching = self
    return matching.match(stated)
  }

  private mutating func match(
    _ stated: [(id: Name, hosts: [Name], routes: [[Name]])]
  ) -> StatedPlan<Plan> {
    var places: [Name: Int] = [:]
    for (place, job) in stated.enumerated() {
      if places.updateValue(place, forKey: job.id) != nil {
        findings.append("the plan has job \(TerminalText.quoted(job.id.text)) twice")
      }
    }
    let known = Set(instance.jobs.map(\.id))
    for job in stated where !known.contains(job.id) {
      findings.append("the instance has no job \(TerminalText.quoted(job.id.text))")
    }
    var jobs: [JobPlan] = []
    for job in instance.jobs {
      guard let place = places[job.id] else {
        findings.append("the plan has nothing for job \(TerminalText.quoted(job.id.text))")
        continue
      }
      let hosts = indices(of: stated[place].hosts, job: job.id)
      jobs.append(
        JobPlan(hosts: hosts, routes: stated[place].routes.map { indices(of: $0, job: job.id) }))
    }
    return StatedPlan(plan: findings.isEmpty ? Plan(jobs: jobs) : nil, findings: findings)
  }

  private mutating func indices(of names: [Name], job: Name) -> [Int] {
    names.compactMap { name in
      if nodes[name] == nil {
        findings.append(
          "job \(TerminalText.quoted(job.text)): the network has no node \(TerminalText.quoted(name.text))")
      }
      return nodes[name]
    }
  }
}
