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

  static func named(_ name: String) -> TransformerFamily? { all.first { $0.name == name } }

  static let names = all.map(\.name)

  private static let all: [TransformerFamily] = [
    TransformerFamily(name: "llama"),
    TransformerFamily(name: "mistral"),
    TransformerFamily(name: "ministral"),
    TransformerFamily(name: "mixtral"),
    TransformerFamily(name: "qwen2", hasProjectionBias: true),
    TransformerFamily(name: "qwen2_moe", hasProjectionBias: true),
    TransformerFamily(name: "qwen3", hasHeadNorms: true, headWidth: 128),
    TransformerFamily(name: "qwen3_moe", hasHeadNorms: true, headWidth: 128),
    TransformerFamily(name: "gemma", isTied: true, headWidth: 256),
    TransformerFamily(name: "gemma2", blockNorms: 4, isTied: true, windowPeriod: 2, headWidth: 256),
    TransformerFamily(
      name: "gemma3_text", blockNorms: 4, hasHeadNorms: true, isTied: true, windowPeriod: 6, headWidth: 256),
    TransformerFamily(
      name: "gpt2", isGated: false, blockNorms: 4, finalNorms: 2, hasProjectionBias: true, hasBiases: true,
      isTied: true, hasPositions: true),
    TransformerFamily(
      name: "phi", isGated: false, finalNorms: 2, hasProjectionBias: true, hasBiases: true),
    TransformerFamily(name: "phi3"),
  ]
}
