import CoordinationPictures

/// The pictures of coordination: the graph of blocks with the paths of tasks.
extension PictureRequest<CoordinationProblem> {
  /// - Throws: if there are no such tasks, or if the graph is too large to be drawn.
  func picture() throws(PictureError) -> Picture {
    let shown = try shownTasks()
    let blocks = instance.services.reduce(0) { $0 + $1.blocks.count }
    guard form == .graphviz || blocks <= BlockPicture.mostBlocks else {
      throw PictureError(
        description:
          "the services have more than \(BlockPicture.mostBlocks) blocks, too many for a picture; use "
          + "--dot and Graphviz's dot")
    }
    if form == .graphviz { return Picture(text: BlockGraphvizText(instance, plan).text) }
    let services = Figures.count(instance.services.count, "service")
    let title = verdict ?? "\(services), \(Figures.count(instance.connections.count, "connection"))"
    return Picture(text: BlockPicture(instance, plan, tasks: shown, title: title).svg)
  }

  private func shownTasks() throws(PictureError) -> [Int] {
    if form == .graphviz || jobs.isEmpty { return Array(instance.tasks.indices) }
    var shown: [Int] = []
    for id in jobs {
      guard let index = instance.tasks.firstIndex(where: { $0.id == Name(id) }) else {
        throw PictureError(description: "task \(TerminalText.quoted(id)): the instance has no such task")
      }
      shown.append(index)
    }
    return shown
  }
}
