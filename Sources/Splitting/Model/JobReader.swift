import Documents
import Networks

/// Reads the list of jobs.
struct JobReader {
  let document: Document
  let nodes: NameTable
  let dnns: DNNTable

  enum Key: Int, CaseIterable {
    case id, dnn, source, target, rate, weight, deadline, release, hosts, contiguous
  }
  static let schema = Schema<Key>(.job)

  func jobs(_ list: Int) throws(InputError) -> [Job] {
    var names = NameTable("job")
    return try document.elements(of: list).map { element throws(InputError) in
      let fields = try document.fields(of: element, Self.schema)
      let job = try job(fields)
      try names.add(job.id, at: fields.required(.id), of: document)
      return job
    }
  }

  private func job(_ fields: Fields<Key>) throws(InputError) -> Job {
    var job = Job(
      id: try document.identifier(fields.required(.id)),
      dnn: try dnns.names.index(fields.required(.dnn), of: document),
      source: try nodes.index(fields.required(.source), of: document),
      target: try nodes.index(fields.required(.target), of: document))
    if let value = fields[.rate] { job.rate = try document.quantity(value, .rate) }
    if let value = fields[.weight] { job.weight = try document.nonNegativeNumber(value) }
    if let value = fields[.deadline] { job.deadline = try document.quantity(value, .time) }
    if let value = fields[.release] { job.release = try document.quantity(value, .time) }
    if let value = fields[.contiguous] { job.isContiguous = try document.flag(value) }
    if let value = fields[.hosts] { job.hosts = try hosts(value, layers: dnns.layers[job.dnn]) }
    return job
  }

  private func hosts(_ token: Int, layers: NameTable) throws(InputError) -> [HostRule] {
    try document.members(of: token).map { key, value throws(InputError) in
      let layer = try document.name(key) == "*" ? nil : layers.index(key, of: document)
      return HostRule(layer: layer, nodes: try allowedNodes(value))
    }
  }

  private func allowedNodes(_ list: Int) throws(InputError) -> [Int] {
    var seen = Set<Int>()
    let allowed = try document.elements(of: list).map { element throws(InputError) in
      let node = try nodes.index(element, of: document)
      guard seen.insert(node).inserted else {
        throw document.error(element, "the node \(quoted(try document.name(element))) is in this list twice")
      }
      return node
    }
    guard !allowed.isEmpty else {
      throw document.error(list, "an empty list of hosts allows none; leave the key out to allow all nodes")
    }
    return allowed
  }
}
