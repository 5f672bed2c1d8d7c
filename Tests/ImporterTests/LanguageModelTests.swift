import Documents
import Foundation
import TestSupport
import Testing

@testable import Importers

/// Language models from configurations and from headers of GGUF files.
@Suite struct LanguageModelTests {
  private static func model(_ text: String) throws -> LanguageModel {
    let document = try Document.parse(Array(text.utf8), format: .json, file: "config.json")
    return try TransformerConfiguration(document).languageModel()
  }

  /// Configurations as published, with the number of parameters that the models have.
  static let published: [(String, String, Double)] = [
    (
      "Llama 2 7B",
      """
      {"model_type": "llama", "hidden_size": 4096, "intermediate_size": 11008, "num_attention_heads": 32,
       "num_hidden_layers": 32, "num_key_value_heads": 32, "vocab_size": 32000, "tie_word_embeddings": false}
      """, 6_738_415_616
    ),
    (
      "Llama 3 8B",
      """
      {"model_type": "llama", "hidden_size": 4096, "intermediate_size": 14336, "num_attention_heads": 32,
       "num_hidden_layers": 32, "num_key_value_heads": 8, "vocab_size": 128256, "tie_word_embeddings": false}
      """, 8_030_261_248
    ),
    (
      "Mistral 7B",
      """
      {"model_type": "mistral", "hidden_size": 4096, "intermediate_size": 14336, "num_attention_heads": 32,
       "num_hidden_layers": 32, "num_key_value_heads": 8, "vocab_size": 32000, "sliding_window": 4096}
      """, 7_241_732_096
    ),
    (
      "Mixtral 8x7B",
      """
      {"model_type": "mixtral", "hidden_size": 4096, "intermediate_size": 14336, "num_attention_heads": 32,
       "num_hidden_layers": 32, "num_key_value_heads": 8, "vocab_size": 32000, "num_local_experts": 8,
       "num_experts_per_tok": 2, "sliding_window": null}
      """, 46_702_792_704
    ),
    (
      "Qwen2.5 0.5B",
      """
      {"model_type": "qwen2", "hidden_size": 896, "intermediate_size": 4864, "num_attention_heads": 14,
       "num_hidden_layers": 24, "num_key_value_heads": 2, "vocab_size": 151936, "tie_word_embeddings": true}
      """, 494_032_768
    ),
    (
      "Qwen2 7B",
      """
      {"model_type": "qwen2", "hidden_size": 3584, "intermediate_size": 18944, "num_attention_heads": 28,
       "num_hidden_layers": 28, "num_key_value_heads": 4, "vocab_size": 152064, "tie_word_embeddings": false}
      """, 7_615_616_512
    ),
    (
      "Qwen3 8B",
      """
      {"model_type": "qwen3", "hidden_size": 4096, "intermediate_size": 12288, "num_attention_heads": 32, "head_dim": 128,
       "num_hidden_layers": 36, "num_key_value_heads": 8, "vocab_size": 151936, "tie_word_embeddings": false}
      """, 8_190_735_360
    ),
    (
      "Qwen3 30B A3B",
      """
      {"model_type": "qwen3_moe", "hidden_size": 2048, "intermediate_size": 6144, "moe_intermediate_size": 768,
       "num_attention_heads": 32, "head_dim": 128, "num_hidden_layers": 48, "num_key_value_heads": 4,
       "vocab_size": 151936, "num_experts": 128, "num_experts_per_tok": 8, "decoder_sparse_step": 1,
       "mlp_only_layers": [], "tie_word_embeddings": false}
      """, 30_532_122_624
    ),
    (
      "Qwen1.5 MoE A2.7B",
      """
      {"model_type": "qwen2_moe", "hidden_size": 2048, "intermediate_size": 5632, "moe_intermediate_size": 1408,
       "shared_expert_intermediate_size": 5632, "num_attention_heads": 16, "num_hidden_layers": 24,
       "num_key_value_heads": 16, "vocab_size": 151936, "num_experts": 60, "num_experts_per_tok": 4,
       "decoder_sparse_step": 1, "tie_word_embeddings": false}
      """, 14_315_784_192
    ),
    (
      "Gemma 2B",
      """
      {"model_type": "gemma", "hidden_size": 2048, "intermediate_size": 16384, "num_attention_heads": 8, "head_dim": 256,
       "num_hidden_layers": 18, "num_key_value_heads": 1, "vocab_size": 256000}
      """, 2_506_172_416
    ),
    (
      "Gemma 2 2B",
      """
      {"model_type": "gemma2", "hidden_size": 2304, "intermediate_size": 9216, "num_attention_heads": 8, "head_dim": 256,
       "num_hidden_layers": 26, "num_key_value_heads": 4, "vocab_size": 256000, "sliding_window": 4096}
      """, 2_614_341_888
    ),
    (
      "Gemma 3 1B",
      """
      {"model_type": "gemma3_text", "hidden_size": 1152, "intermediate_size": 6912, "num_attention_heads": 4,
       "head_dim": 256, "num_hidden_layers": 26, "num_key_value_heads": 1, "vocab_size": 262144, "sliding_window": 512}
      """, 999_885_952
    ),
    (
      "GPT-2",
      """
      {"model_type": "gpt2", "n_embd": 768, "n_head": 12, "n_layer": 12, "n_positions": 1024, "vocab_size": 50257}
      """, 124_439_808
    ),
    (
      "Phi-2",
      """
      {"model_type": "phi", "hidden_size": 2560, "intermediate_size": 10240, "num_attention_heads": 32,
       "num_hidden_layers": 32, "vocab_size": 51200, "tie_word_embeddings": false}
      """, 2_779_683_840
    ),
    (
      "Phi-3 mini",
      """
      {"model_type": "phi3", "hidden_size": 3072, "intermediate_size": 8192, "num_attention_heads": 32,
       "num_hidden_layers": 32, "num_key_value_heads": 32, "vocab_size": 32064, "tie_word_embeddings": false}
      """, 3_821_079_552
    ),
  ]

  @Test(arguments: published)
  func parametersAreThosePublished(_ name: String, _ configuration: String, _ parameters: Double) throws {
    #expect(try Self.model(configuration).parameters == parameters, "\(name)")
  }

  /// As published, with what Transformers leaves out in a configuration inside another.
  @Test func figuresThatAreLeftOutAreThoseOfTheFamily() throws {
    let short = try Self.model(
      """
      {"model_type": "gemma3", "text_config": {"model_type": "gemma3_text", "hidden_size": 2560,
       "intermediate_size": 10240, "num_hidden_layers": 34, "sliding_window": 1024}}
      """)
    let long = try Self.model(
      """
      {"model_type": "gemma3_text", "hidden_size": 2560, "intermediate_size": 10240, "num_hidden_layers": 34,
       "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 256, "vocab_size": 262208,
       "max_position_embeddings": 131072, "sliding_window": 1024}
      """)
    #expect(short.parts == long.parts && short.longestContext == 131_072)
    #expect(
      short.parts.dropFirst().prefix(6).map { $0.attention?.window } == [1024, 1024, 1024, 1024, 1024, nil])
    let said = short.assumptions.lines
    #expect(said.contains { $0.contains("262208") && $0.contains("\"vocab_size\"") }, "\(said)")
  }

  @Test(arguments: [
    ("", true), ("\"use_sliding_window\": true,", false), ("\"use_sliding_window\": false,", true),
  ])
  func theFamilyQwenHasAWindowOnlyIfItSays(_ key: String, _ isWhole: Bool) throws {
    let model = try Self.model(
      """
      {"model_type": "qwen2", \(key) "hidden_size": 8, "intermediate_size": 16, "num_attention_heads": 4,
       "num_hidden_layers": 2, "vocab_size": 10, "sliding_window": 4, "max_window_layers": 1}
      """)
    #expect(model.parts[1].attention?.window == nil && (model.parts[2].attention?.window == nil) == isWhole)
  }

  @Test func aDecodedTokenReadsTheCacheAndAllWeights() throws {
    let model = try Self.model(
      """
      {"model_type": "llama", "hidden_size": 8, "intermediate_size": 16, "num_attention_heads": 4, "torch_dtype": "float32",
       "num_hidden_layers": 2, "num_key_value_heads": 2, "vocab_size": 10, "tie_word_embeddings": false}
      """)
    let dnn = model.dnn(
      name: "d", LanguageModelUse(phase: .decode, context: 5, batch: 3, cache: .float16))
    #expect(dnn.layers.map(\.name) == ["embedding", "block 0", "block 1", "head"])
    // Queries and outputs, keys and values, and the three matrices of the network behind them.
    let matrices: Double = 64 + 64 + 32 + 32 + 384
    // 5 tokens, 4 heads of 2 for keys and 2 for values, 2 FLOP each.
    let attention: Double = 160
    let block = dnn.layers[1]
    #expect(block.work == 3 * (2 * matrices + attention))
    #expect(block.memory == 240 && block.output == 96)
    #expect(block.weights == 4 * (matrices + 16))
    #expect(dnn.layers[3].work == 480 && dnn.layers[3].output == 120 && dnn.input == 12)
    let prefill = model.dnn(
      name: "d", LanguageModelUse(phase: .prefill, context: 5, batch: 3, cache: .float16))
    // 1 + 2 + 3 + 4 + 5 pairs of tokens instead of 5.
    #expect(prefill.layers[1].work == 3 * (10 * matrices + 3 * attention))
    #expect(prefill.layers[3].work == 480, "only the last token has a result")
  }

  @Test(arguments: [
    ("{\"hidden_size\": 8}", "model_type"), ("{\"model_type\": \"lama\"}", "did you mean \"llama\"?"),
    ("{\"model_type\": \"llama\"}", "\"hidden_size\" or \"n_embd\" is missing"),
    ("{\"model_type\": \"llama\", \"hidden_size\": 0}", "from 1 to 2^31"), ("[]", "an object"),
    ("{\"model_type\": \"llama\", \"hidden_size\": 8, \"num_attention_heads\": 3}", "3 heads"),
    (
      "{\"model_type\": \"gemma\", \"hidden_size\": 8, \"num_attention_heads\": 4, \"num_key_value_heads\": 3}",
      "3 heads of keys"
    ),
  ])
  func aConfigurationThatIsNoneIsRefused(_ text: String, _ words: String) throws {
    let error = #expect(throws: InputError.self) { try Self.model(text) }
    #expect(error?.message.contains(words) == true, "\(String(describing: error))")
  }

  // MARK: GGUF

  /// The header of a file with two blocks of width 32, as the format's page describes it.
  static func header(version: UInt32 = 3, more: [(String, UInt32)] = [], blocks: Range<Int> = 0..<2)
    -> [UInt8]
  {
    var bytes = Array("GGUF".utf8)
    func add<Number: FixedWidthInteger>(_ number: Number) {
      withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    }
    func add(_ text: String) {
      add(UInt64(text.utf8.count))
      bytes += text.utf8
    }
    let numbers: [(String, UInt32)] =
      [
        ("embedding_length", 32), ("block_count", 2), ("attention.head_count", 4),
        ("attention.head_count_kv", 2),
        ("context_length", 100),
      ] + more
    var tensors: [(String, [UInt64], UInt32)] = [
      ("token_embd.weight", [32, 50], 0), ("output_norm.weight", [32], 0),
    ]
    for block in blocks {
      tensors += [
        ("blk.\(block).attn_q.weight", [32, 32], 8), ("blk.\(block).attn_norm.weight", [32], 0),
        ("blk.\(block).ffn_up_exps.weight", [32, 64, 4], 2),
      ]
    }
    add(version)
    add(UInt64(tensors.count))
    add(UInt64(numbers.count + 3))
    add("general.architecture")
    add(UInt32(8))
    add("llama")
    add("llama.expert_used_count")
    add(UInt32(4))
    add(UInt32(2))
    add("tokenizer.ggml.tokens")
    add(UInt32(9))
    add(UInt32(8))
    add(UInt64(2))
    add("a")
    add("bc")
    for (key, value) in numbers {
      add("llama.\(key)")
      add(UInt32(4))
      add(value)
    }
    for (name, dimensions, type) in tensors {
      add(name)
      add(UInt32(dimensions.count))
      for dimension in dimensions { add(dimension) }
      add(type)
      add(UInt64(0))
    }
    return bytes
  }

  private func file(_ bytes: [UInt8]) throws -> GGUFFile {
    let url = FileManager.default.temporaryDirectory.appending(path: "layerroute-\(UUID()).gguf")
    defer { try? FileManager.default.removeItem(at: url) }
    try Data(bytes).write(to: url)
    return try GGUFFile.read(file: url.path)
  }

  @Test func tensorsAreSortedIntoLayersByTheirNames() throws {
    let model = try file(Self.header()).languageModel()
    #expect(model.parts.map(\.name) == ["embedding", "block 0", "block 1", "head"])
    #expect(model.longestContext == 100 && model.blocks == 2)
    #expect(model.parameters == 20_128)
    let dnn = model.dnn(name: "d", LanguageModelUse(phase: .decode, context: 10, batch: 1, cache: .float16))
    let block = dnn.layers[1]
    // 32 blocks of 34 byte, a vector, and 256 blocks of 18 byte.
    #expect(block.weights == 5824)
    // 2 of 4 experts of 2048 elements; 10 tokens, 4 heads of 8 and 8.
    #expect(block.work == 11_520 && block.memory == 640)
    #expect(dnn.layers[3].work == 3200 && dnn.layers[3].weights == 128, "the embedding's matrix counts once")
  }

  @Test(arguments: [nil, 2] as [UInt32?])
  func aWindowThatIsNotUsedIsSaid(_ period: UInt32?) throws {
    let pattern = period.map { [("attention.sliding_window_pattern", $0)] } ?? []
    let model = try file(Self.header(more: [("attention.sliding_window", 4)] + pattern)).languageModel()
    let dnn = model.dnn(name: "d", LanguageModelUse(phase: .decode, context: 10, batch: 1, cache: .float16))
    // 64 byte a token.
    #expect(dnn.layers[1...2].map(\.memory) == (period == nil ? [640, 640] : [256, 640]))
    #expect(model.assumptions.lines.contains { $0.contains("sliding_window") } == (period == nil))
  }

  @Test func blocksWithoutTensorsAndBigEndianFilesAreRefused() throws {
    let missing = #expect(throws: InputError.self) { try file(Self.header(blocks: 0..<1)).languageModel() }
    #expect(missing?.message.contains("block 1") == true, "\(String(describing: missing))")
    let turned = #expect(throws: InputError.self) { try file(Self.header(version: UInt32(3).byteSwapped)) }
    #expect(turned?.message.contains("big-endian") == true, "\(String(describing: turned))")
  }

  @Test func aHeaderThatEndsTooEarlyIsRefusedAtItsByte() throws {
    let bytes = Self.header()
    for end in stride(from: 0, to: bytes.count, by: 7) {
      let error = #expect(throws: InputError.self) { try file(Array(bytes[..<end])).languageModel() }
      #expect(error?.message.contains("byte ") == true || end < 4, "\(end): \(String(describing: error))")
    }
  }

  @Test func damagedHeadersAreRefusedOrRead() throws {
    let bytes = Self.header()
    var random = seededGenerator(5)
    for _ in 0..<300 {
      var damaged = bytes
      damaged[Int.random(in: 4..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      do { _ = try file(damaged).languageModel() } catch is InputError {}
    }
    #expect(throws: InputError.self) { try file(Self.header(version: 9)) }
  }
}
