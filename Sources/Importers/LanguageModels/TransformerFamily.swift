/// What the models of a family have in common, besides the figures of a configuration.
struct TransformerFamily: Sendable {
  var name: String
  /// Whether the feed-forward network has a gate: three matrices instead of two.
  var isGated = true
  /// Vectors as wide as the hidden state in the normalisations of a block.
  var blockNorms = 2.0
  /// Vectors in the last normalisation: 2 if it has a shift.
  var finalNorms = 1.0
  /// Whether queries, keys and values have biases if the configuration does not say.
  var hasProjectionBias = false
  /// Whether all other matrices have biases.
  var hasBiases = false
  /// Whether queries and keys are normalised, with a vector for a head each.
  var hasHeadNorms = false
  /// Whether the head uses the matrix of the embedding if the configuration does not say.
  var isTied = false
  /// Whether there is a table of positions.
  var hasPositions = false
  /// Of so many blocks all but the last see only the last tokens; `nil` if the configuration decides.
  var windowPeriod: Int?
  /// The width of a head if the configuration does not say: `nil` for the width over the number of heads.
  var headWidth: Int?

  /// The figures that `text_config` leaves out if they are these, by their keys in Transformers.
  var defaults: [String: Int] = [:]

  static func named(_ name: String) -> TransformerFamily? { all.first { $0.name == name } }

  static let names = all.map(\.name)

  private static let all: [TransformerFamily] = [
    TransformerFamily(name: "llama", defaults: ofLlama),
    TransformerFamily(name: "mistral", defaults: ofMistral),
    TransformerFamily(name: "ministral"),
    TransformerFamily(name: "mixtral", defaults: ofMistral),
    TransformerFamily(name: "qwen2", hasProjectionBias: true, defaults: ofQwen2),
    TransformerFamily(name: "qwen2_moe", hasProjectionBias: true),
    TransformerFamily(name: "qwen3", hasHeadNorms: true, headWidth: 128),
    TransformerFamily(name: "qwen3_moe", hasHeadNorms: true, headWidth: 128),
    TransformerFamily(name: "gemma", isTied: true, headWidth: 256, defaults: ofGemma),
    TransformerFamily(
      name: "gemma2", blockNorms: 4, isTied: true, windowPeriod: 2, headWidth: 256,
      defaults: ofGemma2.merging(["vocab_size": 256_000, "max_position_embeddings": 8192]) { $1 }),
    TransformerFamily(
      name: "gemma3_text", blockNorms: 4, hasHeadNorms: true, isTied: true, windowPeriod: 6, headWidth: 256,
      defaults: ofGemma2.merging(["vocab_size": 262_208, "max_position_embeddings": 131_072]) { $1 }),
    TransformerFamily(
      name: "gpt2", isGated: false, blockNorms: 4, finalNorms: 2, hasProjectionBias: true, hasBiases: true,
      isTied: true, hasPositions: true),
    TransformerFamily(
      name: "phi", isGated: false, finalNorms: 2, hasProjectionBias: true, hasBiases: true),
    TransformerFamily(name: "phi3"),
  ]

  private static let ofLlama = [
    "vocab_size": 32_000, "hidden_size": 4096, "intermediate_size": 11_008, "num_hidden_layers": 32,
    "num_attention_heads": 32, "max_position_embeddings": 2048,
  ]
  private static let ofMistral = ofLlama.merging([
    "intermediate_size": 14_336, "num_key_value_heads": 8, "max_position_embeddings": 131_072,
  ]) { $1 }
  private static let ofQwen2 = ofLlama.merging([
    "vocab_size": 151_936, "intermediate_size": 22_016, "num_key_value_heads": 32,
    "max_position_embeddings": 32_768,
  ]) { $1 }
  private static let ofGemma = [
    "vocab_size": 256_000, "hidden_size": 3072, "intermediate_size": 24_576, "num_hidden_layers": 28,
    "num_attention_heads": 16, "num_key_value_heads": 16, "max_position_embeddings": 8192,
  ]
  /// Those that the second and third generation share.
  private static let ofGemma2 = [
    "hidden_size": 2304, "intermediate_size": 9216, "num_hidden_layers": 26, "num_attention_heads": 8,
    "num_key_value_heads": 4, "sliding_window": 4096,
  ]
}
