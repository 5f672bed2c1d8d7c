import Documents
import Foundations

/// Reads instances of serving; every error has its place.
extension Document {
  private enum InstanceKey: Int, CaseIterable {
    case layerroute, problem, model, types, machines, links, options
  }
  private static let instanceSchema = Schema<InstanceKey>(.instance)

  private enum ModelKey: Int, CaseIterable { case layers, input, hidden, output }
  private static let modelSchema = Schema<ModelKey>()

  private enum TypeKey: Int, CaseIterable { case throughput }
  private static let typeSchema = Schema<TypeKey>()

  private enum MachineKey: Int, CaseIterable { case id, type, throughput }
  private static let machineSchema = Schema<MachineKey>(.node)

  private enum LinkKey: Int, CaseIterable { case from, to, bandwidth, capacity, duplex }
  private static let linkSchema = Schema<LinkKey>(.link)

  private enum OptionKey: Int, CaseIterable { case partial }
  private static let optionSchema = Schema<OptionKey>(.options)

  /// The keys of an instance file.
  static let servingKeys =
    instanceSchema.partKeys + machineSchema.partKeys + linkSchema.partKeys + optionSchema.partKeys

  func servingInstance() throws(InputError) -> ServingInstance {
    try checkVersion(Document.root)
    let fields = try self.fields(of: Document.root, Self.instanceSchema)
    var instance = try model(fields.required(.model))
    var typeNames = NameTable("type")
    if let token = fields[.types] { instance.types = try types(token, &typeNames) }
    var machineNames = NameTable("machine")
    for element in try elements(of: fields.required(.machines)) {
      instance.machines.append(try machine(element, typeNames, &machineNames))
    }
    try readLinks(fields.required(.links), machineNames, into: &instance)
    if let token = fields[.options] {
      let options = try self.fields(of: token, Self.optionSchema)
      if let partial = options[.partial] { instance.isPartial = try flag(partial) }
    }
    return instance
  }

  private func model(_ token: Int) throws(InputError) -> ServingInstance {
    let fields = try self.fields(of: token, Self.modelSchema)
    let layers = try index(fields.required(.layers))
    guard layers >= 1 else { throw error(try fields.required(.layers), "a model has at least one layer") }
    func size(_ key: ModelKey) throws(InputError) -> Double? {
      guard let token = fields[key] else { return nil }
      return try quantity(token, .size)
    }
    return ServingInstance(
      layers: layers, input: try size(.input), hidden: try size(.hidden), output: try size(.output),
      machines: [], links: [])
  }

  // MARK: Machines

  private func types(_ token: Int, _ names: inout NameTable) throws(InputError) -> [ServingInstance
    .MachineType]
  {
    var types: [ServingInstance.MachineType] = []
    for (key, value) in try members(of: token) {
      let name = try identifier(key)
      try names.add(name, at: key, of: self)
      let fields = try self.fields(of: value, Self.typeSchema)
      types.append(ServingInstance.MachineType(name, try table(fields.required(.throughput))))
    }
    return types
  }

  private func machine(
    _ token: Int, _ types: NameTable, _ names: inout NameTable
  ) throws(InputError) -> ServingInstance.Machine {
    let fields = try self.fields(of: token, Self.machineSchema)
    let id = try identifier(fields.required(.id))
    if id == "source" || id == "sink" {
      throw error(
        try fields.required(.id),
        "\"\(id)\" is an end of all flow, so no machine may be called so; choose another id")
    }
    try names.add(id, at: fields.required(.id), of: self)
    switch (fields[.type], fields[.throughput]) {
    case (let type?, nil): return ServingInstance.Machine(id, .type(try types.index(type, of: self)))
    case (nil, let own?): return ServingInstance.Machine(id, .own(try table(own)))
    case (.some, let own?):
      throw error(own, "a machine has a \"type\" or a \"throughput\" of its own, not both; leave one out")
    case (nil, nil):
      throw error(token, "the machine \(TerminalText.quoted(id.text)) needs a \"type\" or a \"throughput\"")
    }
  }

  /// A table of throughputs by number of layers, ascending.
  private func table(_ token: Int) throws(InputError) -> ServingInstance.Table {
    var table: ServingInstance.Table = []
    for (key, value) in try members(of: token) {
      let text = text(key)
      let digits = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard digits, !text.isEmpty, !text.hasPrefix("0") else {
        throw error(
          key,
          "the keys of a throughput are numbers of layers, whole numbers from 1, but this is \(TerminalText.quoted(text))"
        )
      }
      if tokens[value].kind == .null { throw error(value, "null is not allowed; leave the key out") }
      let rate = try quantity(value, .rate)
      // No model has more layers than the largest number, so that such an entry is unused.
      if let held = Int(text) { table.append((held, rate)) }
    }
    return table.sorted { $0.held < $1.held }
  }

  // MARK: Links

  private struct Pair: Hashable {
    let tail: ServingInstance.End
    let head: ServingInstance.End
  }

  private func readLinks(
    _ list: Int, _ machines: NameTable, into instance: inout ServingInstance
  ) throws(InputError) {
    var pairs = Set<Pair>()
    for element in try elements(of: list) {
      let fields = try self.fields(of: element, Self.linkSchema)
      let (from, to) = (try fields.required(.from), try fields.required(.to))
      let link = ServingInstance.Link(
        try end(from, machines), try end(to, machines), try limit(fields))
      try check(link, from, to)
      try checkSize(link, fields, instance)
      let reversed = ServingInstance.Link(link.head, link.tail, link.limit)
      var links = [link]
      if let duplex = fields[.duplex], try flag(duplex) {
        guard link.tail != .source, link.head != .sink else {
          let rule = link.tail == .source ? "no link leads into the source" : "no link leads out of the sink"
          throw error(duplex, "\(rule), so this one cannot be duplex; leave \"duplex\" out")
        }
        links.append(reversed)
      }
      for link in links where !pairs.insert(Pair(tail: link.tail, head: link.head)).inserted {
        let names = [link.tail, link.head].map { TerminalText.quoted(instance.name(of: $0).text) }
        throw error(
          element, "there is a second link from \(names[0]) to \(names[1]) (\"duplex\" adds the reverse link)"
        )
      }
      instance.links += links
    }
  }

  private func end(_ token: Int, _ machines: NameTable) throws(InputError) -> ServingInstance.End {
    let name = try name(token)
    if name == "source" { return .source }
    return name == "sink" ? .sink : .machine(try machines.index(token, of: self))
  }

  private func limit(_ fields: Fields<LinkKey>) throws(InputError) -> ServingInstance.Limit {
    switch (fields[.bandwidth], fields[.capacity]) {
    case (let token?, nil):
      let bandwidth = try quantity(token, .bandwidth)
      guard bandwidth > 0 else { throw error(token, "a bandwidth must be positive") }
      return .bandwidth(bandwidth)
    case (nil, let token?): return .capacity(try quantity(token, .rate))
    case (.some, let token?):
      throw error(token, "a link has a \"bandwidth\" or a \"capacity\", not both; leave one out")
    case (nil, nil): throw error(fields.token, "a link needs a \"bandwidth\" or a \"capacity\"")
    }
  }

  private func check(_ link: ServingInstance.Link, _ from: Int, _ to: Int) throws(InputError) {
    if link.tail == link.head {
      throw error(to, "a link must not lead from \(TerminalText.quoted(try string(from))) to itself")
    }
    if link.head == .source { throw error(to, "no link leads into the source") }
    if link.tail == .sink { throw error(from, "no link leads out of the sink") }
    if link.tail == .source, link.head == .sink {
      throw error(to, "no link leads from the source to the sink: tokens pass machines between them")
    }
  }

  /// A bandwidth says something only with the bytes of a token.
  private func checkSize(
    _ link: ServingInstance.Link, _ fields: Fields<LinkKey>, _ instance: ServingInstance
  ) throws(InputError) {
    guard let token = fields[.bandwidth] else { return }
    let (size, key) =
      link.tail == .source
      ? (instance.input, "input")
      : link.head == .sink ? (instance.output, "output") : (instance.hidden, "hidden")
    if size == nil {
      throw error(
        token,
        "this bandwidth needs the bytes of a token: give \"model\" the key \"\(key)\", or the link a \"capacity\""
      )
    }
  }
}
