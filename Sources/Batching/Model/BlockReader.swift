import Documents
import Foundations

/// Reads the blocks of a DNN with exits.
struct BlockReader {
  let document: Document

  private enum Key: Int, CaseIterable { case blocks }
  private static let schema = Schema<Key>(.dnn)

  private enum BlockKey: Int, CaseIterable { case name, times, base, slope, largest, accuracy }
  private static let blockSchema = Schema<BlockKey>(.layer)

  /// The keys of a DNN and of its blocks.
  static let keys = schema.partKeys + blockSchema.partKeys

  /// The blocks of the DNN at a token, with the indices of their names.
  func blocks(_ token: Int) throws(InputError) -> (blocks: [BatchingInstance.Block], names: NameTable) {
    let list = try document.fields(of: token, Self.schema).required(.blocks)
    var names = NameTable("block")
    var blocks: [BatchingInstance.Block] = []
    var accuracy = 0.0
    for element in try document.elements(of: list) {
      let fields = try document.fields(of: element, Self.blockSchema)
      let name = try document.identifier(fields.required(.name))
      try names.add(name, at: fields.required(.name), of: document)
      var block = BatchingInstance.Block(name: name, times: try times(fields))
      if let value = fields[.accuracy] {
        let own = try document.share(value)
        guard own >= accuracy else {
          throw document.error(value, "accuracies must not decrease: an exit before has \(accuracy)")
        }
        accuracy = own
        block.accuracy = own
      }
      blocks.append(block)
    }
    guard !blocks.isEmpty else { throw document.error(list, "a DNN needs at least one block") }
    return (blocks, names)
  }

  private func times(_ fields: Fields<BlockKey>) throws(InputError) -> BatchingInstance.Times {
    if let token = fields[.times] {
      for key in [BlockKey.base, .slope, .largest] {
        if let other = fields[key] {
          throw document.error(
            other, "\"\(key)\" does not go with \"times\", which ends with the largest batch")
        }
      }
      return .table(try table(token))
    }
    guard fields[.base] != nil || fields[.slope] != nil else {
      throw document.error(fields.token, "a block needs \"times\", or \"base\" and \"slope\"")
    }
    let base = try document.quantity(fields.required(.base), .time)
    let slope = try document.quantity(fields.required(.slope), .time)
    guard let token = fields[.largest] else { return .linear(base: base, slope: slope, largest: nil) }
    let largest = try document.index(token)
    guard largest >= 1 else { throw document.error(token, "the largest batch must be at least 1") }
    return .linear(base: base, slope: slope, largest: largest)
  }

  private func table(_ list: Int) throws(InputError) -> [Double] {
    var times: [Double] = []
    for element in try document.elements(of: list) {
      let seconds = try document.quantity(element, .time)
      if let last = times.last, seconds < last {
        throw document.error(
          element,
          "a larger batch must not take less time: \(Figures.duration(seconds)) after "
            + Figures.duration(last))
      }
      times.append(seconds)
    }
    guard !times.isEmpty else { throw document.error(list, "the list of times must not be empty") }
    return times
  }
}
