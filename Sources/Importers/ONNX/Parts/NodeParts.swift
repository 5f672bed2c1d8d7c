import Documents
import Foundations

/// The nodes of a model in consecutive parts, given the tensors at the cuts between them.
///
/// A node belongs to the first part whose end needs it. Nodes that follow from constants and shapes alone are in every
/// part that uses them; `Shape` and `Size` themselves run where their input is, and what they give crosses the cuts. If it
/// is needed before its input is there, which the order of a chain may ask for, it is a constant in the earlier part.
struct NodeParts {
  /// A part: the nodes in the order of the file, and the names that it reads and gives.
  struct Part {
    var nodes: [Int] = []
    var inputs: [String] = []
    var outputs: [String] = []
    /// What `Shape` and `Size` give in later parts, which is a constant here.
    var shapes: [String] = []
  }

  private(set) var parts: [Part]
  private let model: ONNXModel
  private let reads: [[String]]
  private var producers: [Name: Int] = [:]
  private var inputs: Set<Name>
  /// Whether a node follows from constants and shapes alone.
  private var isLight: [Bool]
  private var isShape: [Bool]
  private var owner: [Int?]

  /// Finds the parts that end with some tensors each, the last one with those that the model gives besides its states.
  ///
  /// - Throws: if the tensors are no cuts of the model.
  init(_ model: ONNXModel, ends: [[String]]) throws(InputError) {
    self.model = model
    let nodes = model.proto.graph.node
    reads = nodes.map { NodeOrder.names(in: $0).filter { !$0.isEmpty } }
    inputs = Set(model.inputNames.map { Name($0) })
    parts = [Part](repeating: Part(), count: ends.count)
    isLight = [Bool](repeating: false, count: nodes.count)
    isShape = nodes.map { ["Shape", "Size"].contains($0.opType) && OperatorDomain($0.domain) == .standard }
    owner = [Int?](repeating: nil, count: nodes.count)
    for (index, node) in nodes.enumerated() {
      for output in node.output where !output.isEmpty { producers[Name(output)] = index }
    }
    let order = try NodeOrder.sorted(nodes, file: model.file, place: "graph")
    for index in order {
      let isRandom = NodeContext.randomGenerators.contains(nodes[index].opType)
      isLight[index] = !isRandom && !isShape[index] && reads[index].allSatisfy(isKnown)
    }
    for (part, end) in ends.enumerated() { try assign(end, to: part) }
    assignRest(order)
    try collect()
  }

  /// Whether a tensor is a constant, or follows from constants and shapes alone.
  private func isKnown(_ name: String) -> Bool {
    guard !inputs.contains(Name(name)) else { return false }
    return producers[Name(name)].map { isLight[$0] || isShape[$0] } ?? true
  }

  /// Gives the nodes that lead to some tensors, and are in no part yet, to a part.
  private mutating func assign(_ tensors: [String], to part: Int) throws(InputError) {
    var stack: [Int] = []
    for name in tensors where !inputs.contains(Name(name)) {
      guard let producer = producers[Name(name)] else {
        throw InputError(
          file: model.file,
          message:
            "no operator at the top level of the model produces the tensor \(TerminalText.quoted(name)), which the "
            + "plan's cut needs; import the model again with the same options, or cut it elsewhere")
      }
      stack.append(producer)
    }
    while let node = stack.popLast() {
      guard owner[node] == nil, !isLight[node], !isShape[node] else { continue }
      owner[node] = part
      stack += reads[node].compactMap { producers[Name($0)] }
    }
  }

  /// Gives each node that leads to no end, such as one that makes a state, to the first part in which its inputs are known,
  /// and shapes to the part of their tensors.
  private mutating func assignRest(_ order: [Int]) {
    for node in order where owner[node] == nil && !isLight[node] && !isShape[node] {
      owner[node] = reads[node].compactMap(place).max() ?? 0
    }
    for node in order where isShape[node] {
      owner[node] = reads[node].compactMap { firstPlace($0) }.max() ?? 0
    }
  }

  /// The part in which a computed tensor is made; `nil` for inputs and what follows from constants and shapes.
  private func place(_ name: String) -> Int? {
    producers[Name(name)].flatMap { isLight[$0] || isShape[$0] ? nil : owner[$0] }
  }

  /// The part in which a tensor is made, for an input the first that reads it.
  private func firstPlace(_ name: String) -> Int? {
    if let place = place(name) { return place }
    guard inputs.contains(Name(name)) else { return nil }
    return owner.indices.lazy.filter { reads[$0].contains { Name($0) == Name(name) } && !isShape[$0] }
      .compactMap { owner[$0] }.min() ?? 0
  }

  /// Lists the nodes, inputs and outputs of the parts.
  private mutating func collect() throws(InputError) {
    var members = [Set<Int>](repeating: [], count: parts.count)
    for (node, part) in owner.enumerated() { if let part { members[part].insert(node) } }
    let results = Set(model.outputNames.map { Name($0) })
    // Constants that are results belong to the last part.
    for name in model.outputNames {
      if let node = producers[Name(name)], isLight[node] { members[parts.count - 1].insert(node) }
    }
    var given: [[Name]] = parts.map { _ in [] }
    for part in parts.indices {
      var read: [Name] = []
      var stack = members[part].sorted().reversed() as [Int]
      while let node = stack.popLast() {
        members[part].insert(node)
        for name in reads[node] {
          guard let producer = producers[Name(name)] else {
            if inputs.contains(Name(name)) { read.append(Name(name)) }
            continue
          }
          if members[part].contains(producer) { continue }
          if isLight[producer] {
            stack.append(producer)
            members[part].insert(producer)
            continue
          }
          if isShape[producer], owner[producer] ?? 0 > part {
            parts[part].shapes.append(name)
            continue
          }
          guard let owner = owner[producer], owner < part else {
            throw InputError(
              file: model.file,
              message: "the tensors at the cuts of the plan do not separate this model: "
                + "\(TerminalText.quoted(name)) is read before it is made; is it the model of this plan?")
          }
          read.append(Name(name))
          given[owner].append(Name(name))
        }
      }
      parts[part].inputs = read.uniqued().map(\.text)
      parts[part].shapes = parts[part].shapes.map { Name($0) }.uniqued().map(\.text)
      parts[part].nodes = members[part].sorted()
    }
    for part in parts.indices {
      let made = parts[part].nodes.flatMap { model.proto.graph.node[$0].output }.filter { name in
        results.contains(Name(name)) && (owner[producers[Name(name)] ?? 0] ?? parts.count - 1) == part
      }
      parts[part].outputs = (made.map { Name($0) } + given[part]).uniqued().map(\.text)
    }
  }
}
