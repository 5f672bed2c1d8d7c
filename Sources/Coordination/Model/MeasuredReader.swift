import Documents
import Foundations

/// Reads measured paths: each is a path of its task, and none is stated twice.
struct MeasuredReader {
  private let document: Document
  private let graph: BlockGraph
  private let tasks: NameTable
  private let names: ServiceNames

  private enum Key: Int, CaseIterable { case task, path, accuracy }
  private static let schema = Schema<Key>()

  private struct Path: Hashable {
    let task: Int
    let blocks: [BlockVertex]
  }

  init(_ document: Document, _ graph: BlockGraph, _ tasks: NameTable, _ names: ServiceNames) {
    self.document = document
    self.graph = graph
    self.tasks = tasks
    self.names = names
  }

  func paths(_ token: Int, of instance: CoordinationInstance) throws(InputError) -> [MeasuredPath] {
    var paths: [MeasuredPath] = []
    var known = Set<Path>()
    for element in try document.elements(of: token) {
      let fields = try document.fields(of: element, Self.schema)
      let path = MeasuredPath(
        task: try tasks.index(fields.required(.task), of: document),
        blocks: try path(fields.required(.path), of: instance, task: fields.required(.task)),
        accuracy: try document.accuracy(fields.required(.accuracy)))
      guard known.insert(Path(task: path.task, blocks: path.blocks)).inserted else {
        throw document.error(element, "the same path of the same task is measured twice")
      }
      paths.append(path)
    }
    return paths
  }

  /// The blocks at a token, from one to the next of which there are arcs.
  private func path(
    _ token: Int, of instance: CoordinationInstance, task: Int
  ) throws(InputError) -> [BlockVertex] {
    let service = instance.tasks[try tasks.index(task, of: document)].service
    let end = BlockVertex(service: service, position: instance.services[service].blocks.count + 1)
    var last = BlockVertex(service: service, position: 0)
    var blocks: [BlockVertex] = []
    func check(_ next: BlockVertex, at place: Int) throws(InputError) {
      guard graph.arc(from: graph.vertex(last), to: graph.vertex(next)) == nil else { return }
      let (from, to) = (TerminalText.quoted(instance.shown(last)), TerminalText.quoted(instance.shown(next)))
      throw document.error(
        place, "this is no path of the task: no block or connection leads from \(from) to \(to)")
    }
    for element in try document.elements(of: token) {
      let (first, second) = try document.vertexNames(element)
      let service = try names.services.index(first, of: document)
      let block = BlockVertex(
        service: service, position: try names.blocks[service].index(second, of: document) + 1)
      try check(block, at: element)
      blocks.append(block)
      last = block
    }
    try check(end, at: token)
    return blocks
  }
}
