import Documents
import Foundations

/// Reads instances.
struct BatchingReader {
  let document: Document

  private enum Key: Int, CaseIterable { case layerroute, problem, server, dnn, users }
  private static let schema = Schema<Key>(.instance)

  private enum ServerKey: Int, CaseIterable { case bandwidth, window }
  private static let serverSchema = Schema<ServerKey>()

  private enum UserKey: Int, CaseIterable {
    case id, upload, efficiency, snr, deadline, exit, accuracy, value
  }
  private static let userSchema = Schema<UserKey>(.job)

  /// The keys of an instance file.
  static let keys = schema.partKeys + userSchema.partKeys + BlockReader.keys

  func instance() throws(InputError) -> BatchingInstance {
    try document.checkVersion(Document.root)
    let fields = try document.fields(of: Document.root, Self.schema)
    let server = try server(fields.required(.server))
    let (blocks, names) = try dnn(fields.required(.dnn))
    return BatchingInstance(
      server: server, blocks: blocks, users: try users(fields.required(.users), blocks, names))
  }

  private func server(_ token: Int) throws(InputError) -> BatchingInstance.Server {
    let fields = try document.fields(of: token, Self.serverSchema)
    let value = try fields.required(.bandwidth)
    let bandwidth = try document.quantity(value, .frequency)
    guard bandwidth > 0 else { throw document.error(value, "a bandwidth must be positive") }
    return BatchingInstance.Server(
      bandwidth: bandwidth,
      window: try fields[.window].map { token throws(InputError) in try document.quantity(token, .time) })
  }

  /// The DNN, which may be in a file of its own.
  private func dnn(_ token: Int) throws(InputError) -> (blocks: [BatchingInstance.Block], names: NameTable) {
    guard let target = try document.reference(at: token) else {
      return try BlockReader(document: document).blocks(token)
    }
    return try BlockReader(document: document.referenced(target)).blocks(Document.root)
  }

  // MARK: Users

  private func users(
    _ list: Int, _ blocks: [BatchingInstance.Block], _ names: NameTable
  ) throws(InputError) -> [BatchingInstance.User] {
    var ids = NameTable("user")
    return try document.elements(of: list).map { element throws(InputError) in
      let fields = try document.fields(of: element, Self.userSchema)
      let user = try user(fields, blocks, names)
      try ids.add(user.id, at: fields.required(.id), of: document)
      return user
    }
  }

  private func user(
    _ fields: Fields<UserKey>, _ blocks: [BatchingInstance.Block], _ names: NameTable
  ) throws(InputError) -> BatchingInstance.User {
    let upload = try document.quantity(fields.required(.upload), .size)
    var user = BatchingInstance.User(
      id: try document.identifier(fields.required(.id)), upload: upload,
      channel: try channel(fields, upload: upload),
      deadline: try document.quantity(fields.required(.deadline), .time),
      need: try need(fields, blocks, names))
    if let value = fields[.value] { user.value = try document.nonNegativeNumber(value) }
    return user
  }

  private func channel(
    _ fields: Fields<UserKey>, upload: Double
  ) throws(InputError) -> BatchingInstance.Channel {
    let token = try document.either(fields, .efficiency, .snr)
    let channel: BatchingInstance.Channel =
      fields[.efficiency] != nil
      ? .efficiency(try document.nonNegativeNumber(token)) : .ratio(try ratio(token))
    guard channel.efficiency > 0 || upload == 0 else {
      throw document.error(token, "with this channel nothing can be sent, but the upload is not 0")
    }
    return channel
  }

  /// The linear ratio of signal and noise: a number, or a string in decibels.
  private func ratio(_ token: Int) throws(InputError) -> Double {
    guard document.isString(token) else { return try document.nonNegativeNumber(token) }
    let text = document.text(token)
    let bytes = Array(text.utf8)
    guard let level = DecimalNumber(bytes, in: bytes.indices),
      bytes[level.end...].drop(while: { $0 == UInt8(ascii: " ") }).elementsEqual("dB".utf8)
    else {
      throw document.error(
        token, "\(TerminalText.quoted(text)) is not a level in dB, such as \"12 dB\"; a number is linear")
    }
    let ratio = Logarithm.tenTo(level.value(bytes) / 10)
    guard ratio.isFinite else { throw document.error(token, "this is not a finite ratio") }
    return ratio
  }

  private func need(
    _ fields: Fields<UserKey>, _ blocks: [BatchingInstance.Block], _ names: NameTable
  ) throws(InputError) -> BatchingInstance.Need {
    let token = try document.either(fields, .exit, .accuracy)
    if fields[.exit] != nil { return .exit(try names.index(token, of: document)) }
    let accuracy = try document.share(token)
    if let block = blocks.first(where: { $0.accuracy == nil }) {
      throw document.error(
        token,
        "an accuracy is asked for, so every block needs one, but the block "
          + "\(TerminalText.quoted(block.name.text)) has none")
    }
    return .accuracy(accuracy)
  }
}

extension Document {
  /// The token of the one of two keys that an object has.
  fileprivate func either<Key>(_ fields: Fields<Key>, _ first: Key, _ second: Key) throws(InputError) -> Int {
    switch (fields[first], fields[second]) {
    case (let token?, nil), (nil, let token?): return token
    case (nil, nil):
      throw error(fields.token, "one of the keys \"\(first)\" and \"\(second)\" is needed")
    case (_?, let token?):
      throw error(token, "\"\(first)\" and \"\(second)\" do not go together; give one of them")
    }
  }

  /// A number in 0 ... 1.
  func share(_ token: Int) throws(InputError) -> Double {
    let value = try nonNegativeNumber(token)
    guard value <= 1 else { throw error(token, "an accuracy lies between 0 and 1") }
    return value
  }
}
