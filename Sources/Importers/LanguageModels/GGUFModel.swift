import Documents
import Foundations

extension GGUFFile {
  /// The language model of the file: a layer for the embedding, each block and the head.
  ///
  /// - Throws: if the file holds no transformer with blocks `blk.0`, `blk.1`, ...
  public func languageModel() throws(InputError) -> LanguageModel {
    var builder = try GGUFModelBuilder(self)
    return try builder.model()
  }
}

/// Sorts the tensors of a GGUF file into layers by their names.
private struct GGUFModelBuilder {
  private let file: GGUFFile
  private let architecture: String
  private let width: Int
  private let blockCount: Int
  private var assumptions = Assumptions()

  init(_ file: GGUFFile) throws(InputError) {
    func lack(_ key: String) -> InputError {
      InputError(
        file: file.file,
        message: "the key \(TerminalText.quoted(key)) is missing; this file holds no language model")
    }
    self.file = file
    guard let architecture = file.text("general.architecture") else { throw lack("general.architecture") }
    self.architecture = architecture
    guard let width = file.integer("\(architecture).embedding_length"), width > 0 else {
      throw lack("\(architecture).embedding_length")
    }
    guard let count = file.integer("\(architecture).block_count"), (1...100_000).contains(count) else {
      throw lack("\(architecture).block_count")
    }
    (self.width, blockCount) = (width, count)
  }

  mutating func model() throws(InputError) -> LanguageModel {
    var embedding = LanguageModel.Part(name: "embedding", result: "inp_embd", widest: width)
    var head = LanguageModel.Part(name: "head", result: "result_output", isHead: true)
    var blocks = (0..<blockCount).map { LanguageModel.Part(name: "block \($0)", result: "l_out-\($0)") }
    var vocabulary = 0
    for tensor in file.tensors {
      if let block = try block(of: tensor) {
        add(tensor, to: &blocks[block])
      } else if tensor.name.hasPrefix("output") {
        if tensor.name == "output.weight" { vocabulary = tensor.dimensions.last ?? 0 }
        add(tensor, to: &head)
      } else {
        if tensor.name == "token_embd.weight", vocabulary == 0 { vocabulary = tensor.dimensions.last ?? 0 }
        if !Self.beginnings.contains(where: tensor.name.hasPrefix) {
          assumptions.add(.key(Name(tensor.name)), "tensors that are not known count with the embedding")
        }
        // Rows of tables are looked up.
        add(tensor, to: &embedding, isTable: tensor.dimensions.count > 1)
      }
    }
    try addTiedHead(&head, vocabulary)
    for block in blocks.indices {
      guard blocks[block].parameters > 0 else {
        throw InputError(
          file: file.file,
          message:
            "there are no tensors of block \(block); the file is incomplete, or holds no language model")
      }
      blocks[block].attention = attention(ofBlock: block)
    }
    warnOfOtherStates()
    warnOfWindow()
    return LanguageModel(
      width: width, elementBytes: 4, vocabulary: vocabulary, parts: [embedding] + blocks + [head],
      longestContext: file.integer("\(architecture).context_length"), assumptions: assumptions.list)
  }

  private func block(of tensor: GGUFFile.Tensor) throws(InputError) -> Int? {
    guard tensor.name.hasPrefix("blk.") else { return nil }
    guard let number = Int(tensor.name.dropFirst(4).prefix { $0 != "." }), (0..<blockCount).contains(number)
    else {
      throw InputError(
        file: file.file,
        message: "the tensor \(TerminalText.quoted(tensor.name)) belongs to none of the \(blockCount) blocks")
    }
    return number
  }

  private mutating func add(
    _ tensor: GGUFFile.Tensor, to part: inout LanguageModel.Part, isTable: Bool = false
  ) {
    part.parameters += tensor.elements
    part.weights += tensor.bytes
    if tensor.name.contains("_exps"), tensor.dimensions.count == 3 {
      let count = tensor.dimensions[2]
      let chosen = file.integer("\(architecture).expert_used_count") ?? 1
      var experts = part.experts ?? LanguageModel.Experts(count: count, chosen: min(chosen, count))
      experts.elements += tensor.elements
      experts.bytes += tensor.bytes
      part.experts = experts
      part.widest = max(part.widest, tensor.dimensions[1] * experts.chosen)
      return
    }
    if isTable { return }
    part.usedWeights += tensor.bytes
    guard tensor.dimensions.count > 1 else { return }
    part.matrixElements += tensor.elements
    part.widest = max(part.widest, tensor.dimensions[1])
  }

  /// A model without a matrix of its own for the head uses that of the embedding, which counts there.
  private mutating func addTiedHead(_ head: inout LanguageModel.Part, _ vocabulary: Int) throws(InputError) {
    guard !file.tensors.contains(where: { $0.name == "output.weight" }) else { return }
    guard let table = file.tensors.first(where: { $0.name == "token_embd.weight" }) else {
      throw InputError(file: file.file, message: "there are neither output.weight nor token_embd.weight")
    }
    head.matrixElements += table.elements
    head.usedWeights += table.bytes
    head.widest = max(head.widest, vocabulary)
    assumptions.add(
      .file,
      "the head uses token_embd.weight, which counts with the embedding; on another machine it is held again")
  }

  private func attention(ofBlock block: Int) -> LanguageModel.Attention {
    func number(_ key: String) -> Int? { file.integer("\(architecture).attention.\(key)", ofBlock: block) }
    let heads = max(1, number("head_count") ?? 1)
    let keyWidth = number("key_length") ?? width / heads
    return LanguageModel.Attention(
      heads: heads, groups: number("head_count_kv") ?? heads, keyWidth: keyWidth,
      valueWidth: number("value_length") ?? keyWidth, window: window(ofBlock: block))
  }

  /// The names of tensors before the first block begin so.
  private static let beginnings = [
    "token_embd", "position_embd", "token_types", "per_layer_", "altup_", "rope_freqs", "rope_factors",
  ]

  /// The architectures in which some blocks see only the last tokens: of so many blocks all but the last.
  private static let windowPeriods = [
    "gemma2": 2, "gemma3": 6, "gemma3n": 5, "gpt-oss": 2, "cohere2": 4, "exaone4": 4, "olmo2": 4,
  ]

  private var window: Int? {
    file.integer("\(architecture).attention.sliding_window").flatMap { $0 > 0 ? $0 : nil }
  }

  private func window(ofBlock block: Int) -> Int? {
    guard let window else { return nil }
    // A list says it for each block, as 1 or 0; a number is a period.
    if let pattern = file.metadata["\(architecture).attention.sliding_window_pattern"] {
      switch pattern {
      case .integers(let blocks): return block < blocks.count && blocks[block] != 0 ? window : nil
      case .integer(let period) where period > 0: return block % period < period - 1 ? window : nil
      default: break
      }
    }
    guard let period = Self.windowPeriods[architecture] else { return nil }
    return block % period < period - 1 ? window : nil
  }

  private mutating func warnOfWindow() {
    guard let window, (0..<blockCount).allSatisfy({ self.window(ofBlock: $0) == nil }) else { return }
    assumptions.add(
      .key("sliding_window"),
      "not used: all blocks count with the whole context, and not with \(window) tokens")
  }

  private mutating func warnOfOtherStates() {
    if file.tensors.contains(where: { $0.name.contains(".ssm_") || $0.name.contains(".time_mix") }) {
      assumptions.add(.key("ssm"), "blocks with a recurrent state count with a cache of keys and values")
    }
    if file.integer("\(architecture).attention.kv_lora_rank") != nil {
      assumptions.add(
        .key("kv_lora_rank"), "the cache counts with whole keys and values, not compressed ones")
    }
  }
}
