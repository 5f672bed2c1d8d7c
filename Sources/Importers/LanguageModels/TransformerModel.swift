import Documents
import Foundations

extension TransformerConfiguration {
  /// The language model of the configuration; `weightType` is the type of all weights, `nil` for that of the configuration.
  ///
  /// - Throws: if a figure is missing or is none; the message names the place.
  public func languageModel(weightType: TensorType? = nil) throws(InputError) -> LanguageModel {
    try TransformerBuilder(self, weightType).model()
  }
}

/// The matrices of a family's models, from the figures of a configuration.
private struct TransformerBuilder {
  private let configuration: TransformerConfiguration
  private let family: TransformerFamily
  private let width: Int
  private let heads: Int
  private let groups: Int
  private let headWidth: Int
  private let vocabulary: Int
  private let blockCount: Int
  /// The size of an element of a vector or of the embedding [byte].
  private let elementBytes: Double
  /// The size of an element of a matrix in a block [byte].
  private let matrixBytes: Double
  private var assumptions = Assumptions()

  init(_ configuration: TransformerConfiguration, _ weightType: TensorType?) throws(InputError) {
    self.configuration = configuration
    family = configuration.family
    width = try configuration.required("hidden_size", "n_embd")
    heads = try configuration.required("num_attention_heads", "n_head")
    groups = try configuration.number("num_key_value_heads") ?? heads
    let statedWidth = try configuration.number("head_dim") ?? family.headWidth
    guard statedWidth != nil || width.isMultiple(of: heads), heads.isMultiple(of: groups) else {
      throw configuration.document.error(
        configuration.token,
        "\(heads) heads do not share a width of \(width), or \(groups) heads of keys and values, evenly")
    }
    headWidth = statedWidth ?? width / heads
    vocabulary = try configuration.required("vocab_size")
    blockCount = try configuration.required("num_hidden_layers", "n_layer")
    guard blockCount <= 100_000 else {
      throw configuration.document.error(configuration.token, "there are more than 100000 blocks")
    }
    for (key, value) in configuration.leftOut.sorted(by: { $0.key < $1.key }) {
      assumptions.add(.key(Name(key)), "absent, taken as \(value), as in Transformers")
    }
    let places = [configuration.token, Document.root]
    let name = places.flatMap { place in ["torch_dtype", "dtype"].map { (place, $0) } }.lazy.compactMap {
      configuration.text($1, of: $0)
    }.first
    let stated = name.flatMap(TensorType.named)
    if let weightType {
      (elementBytes, matrixBytes) = (stated?.bytes(of: 1) ?? 2, weightType.bytes(of: 1))
      return
    }
    if let name, stated == nil { assumptions.add(.key(Name(name)), "taken for a type of 16 bits") }
    if name == nil { assumptions.add(.key("torch_dtype"), "absent, taken for a type of 16 bits") }
    elementBytes = stated?.bytes(of: 1) ?? 2
    let quantised = Self.quantisedBytes(configuration)
    if let quantised {
      assumptions.add(
        .key("quantization_config"),
        "\(Figures.digits(8 * quantised, 4)) bits for each element of a block's matrices")
    }
    matrixBytes = quantised ?? elementBytes
  }

  /// The size of an element of a quantised matrix, with its share of the scale and the zero point of its group [byte];
  /// `nil` without quantisation.
  private static func quantisedBytes(_ configuration: TransformerConfiguration) -> Double? {
    let document = configuration.document
    guard let object = document.member("quantization_config", of: Document.root),
      document.tokens[object].kind == .object
    else { return nil }
    func number(_ key: String) -> Double? {
      guard let token = document.member(key, of: object), document.tokens[token].kind == .number else {
        return nil
      }
      return document.number(token)
    }
    func isSet(_ key: String) -> Bool {
      guard let token = document.member(key, of: object) else { return false }
      return document.tokens[token].kind == .boolean && document.boolean(token)
    }
    var bits = number("bits")
    if isSet("load_in_4bit") { bits = 4 }
    let method = configuration.text("quant_method", of: object)
    if isSet("load_in_8bit") || ["fp8", "fbgemm_fp8"].contains(method) { bits = bits ?? 8 }
    guard let bits, (1...32).contains(bits) else { return nil }
    guard let group = number("group_size"), group > 0 else { return bits / 8 }
    return (bits + (16 + bits) / group) / 8
  }

  consuming func model() throws(InputError) -> LanguageModel {
    let isTied = try configuration.flag("tie_word_embeddings") ?? family.isTied
    let table = Double(vocabulary) * Double(width)
    var embedding = LanguageModel.Part(
      name: "embedding", result: "hidden_states.0", parameters: table, weights: table * elementBytes,
      widest: width)
    if family.hasPositions {
      let positions = Double(try configuration.required("n_positions", "max_position_embeddings") * width)
      embedding.parameters += positions
      embedding.weights += positions * elementBytes
    }
    var head = LanguageModel.Part(
      name: "head", result: "logits", matrixElements: table, widest: vocabulary, isHead: true)
    add(vector: family.finalNorms * Double(width), to: &head)
    if isTied {
      head.usedWeights += table * elementBytes
      assumptions.add(
        .file,
        "the head uses the matrix of the embedding, which counts there; on another machine it is held again")
    } else {
      let own = table + (family.name == "phi" ? Double(vocabulary) : 0)
      head.parameters += own
      head.weights += own * elementBytes
      head.usedWeights += own * elementBytes
    }
    var parts = [embedding]
    for block in 0..<blockCount { parts.append(try self.block(block)) }
    return LanguageModel(
      width: width, elementBytes: elementBytes, vocabulary: vocabulary, parts: parts + [head],
      longestContext: try configuration.number("max_position_embeddings", "n_positions"),
      assumptions: assumptions.list)
  }

  private func block(_ index: Int) throws(InputError) -> LanguageModel.Part {
    var part = LanguageModel.Part(name: "block \(index)", result: "hidden_states.\(index + 1)", widest: width)
    let (queries, keys) = (heads * headWidth, groups * headWidth)
    let hasBias = try configuration.flag("attention_bias") ?? family.hasProjectionBias
    for rows in [queries, keys, keys] { add(rows: rows, columns: width, hasBias: hasBias, to: &part) }
    // Llama's attention_bias holds for the last projection too.
    let hasLastBias = family.hasBiases || (family.name == "llama" && hasBias)
    add(rows: width, columns: queries, hasBias: hasLastBias, to: &part)
    add(
      vector: family.blockNorms * Double(width) + (family.hasHeadNorms ? 2 * Double(headWidth) : 0), to: &part
    )
    try addFeedForward(block: index, to: &part)
    part.attention = LanguageModel.Attention(
      heads: heads, groups: groups, keyWidth: headWidth, valueWidth: headWidth, window: try window(index))
    return part
  }

  private func addFeedForward(block: Int, to part: inout LanguageModel.Part) throws(InputError) {
    guard let count = try configuration.number("num_local_experts", "num_experts"), try isSparse(block) else {
      let inner = try configuration.number("intermediate_size", "n_inner") ?? 4 * width
      let isAsked = try configuration.flag("mlp_bias") ?? false
      add(feedForward: inner, hasBias: family.hasBiases || isAsked, to: &part)
      return
    }
    let chosen = min(count, try configuration.number("num_experts_per_tok") ?? 2)
    let inner = try configuration.required("moe_intermediate_size", "intermediate_size")
    let elements = Double(count) * 3 * Double(width) * Double(inner)
    part.experts = LanguageModel.Experts(
      count: count, chosen: chosen, elements: elements, bytes: elements * matrixBytes)
    part.parameters += elements
    part.weights += elements * matrixBytes
    part.widest = max(part.widest, inner * chosen)
    add(rows: count, columns: width, hasBias: false, to: &part)
    guard let shared = try configuration.number("shared_expert_intermediate_size") else { return }
    add(feedForward: shared, hasBias: false, to: &part)
    add(rows: 1, columns: width, hasBias: false, to: &part)
  }

  /// Whether a block has experts.
  private func isSparse(_ block: Int) throws(InputError) -> Bool {
    let step = try configuration.number("decoder_sparse_step") ?? 1
    let others = try configuration.numbers("mlp_only_layers")
    return (block + 1) % step == 0 && !others.contains(block)
  }

  /// The tokens that a block sees, if not all.
  private func window(_ block: Int) throws(InputError) -> Int? {
    guard let window = try configuration.number("sliding_window"),
      try configuration.flag("use_sliding_window") ?? !family.name.hasPrefix("qwen")
    else { return nil }
    if let types = try configuration.texts("layer_types"), block < types.count {
      return types[block] == "sliding_attention" ? window : nil
    }
    // The older ones of the family Qwen use the window only behind some blocks, if at all.
    if let first = try configuration.number("max_window_layers"), family.name.hasPrefix("qwen") {
      return block >= first ? window : nil
    }
    let period = try configuration.number("sliding_window_pattern") ?? family.windowPeriod
    guard let period else { return window }
    return block % period < period - 1 ? window : nil
  }

  private func add(feedForward inner: Int, hasBias: Bool, to part: inout LanguageModel.Part) {
    for _ in 0..<(family.isGated ? 2 : 1) { add(rows: inner, columns: width, hasBias: hasBias, to: &part) }
    add(rows: width, columns: inner, hasBias: hasBias, to: &part)
  }

  private func add(rows: Int, columns: Int, hasBias: Bool, to part: inout LanguageModel.Part) {
    let elements = Double(rows) * Double(columns)
    part.parameters += elements
    part.weights += elements * matrixBytes
    part.usedWeights += elements * matrixBytes
    part.matrixElements += elements
    part.widest = max(part.widest, rows)
    if hasBias { add(vector: Double(rows), to: &part) }
  }

  private func add(vector elements: Double, to part: inout LanguageModel.Part) {
    part.parameters += elements
    part.weights += elements * elementBytes
    part.usedWeights += elements * elementBytes
  }
}
