import Foundations

extension DNN {
  /// A transformer encoder of BERT-base's shape (Devlin, Chang, Lee and Toutanova, NAACL 2019): 768 wide, 12 heads,
  /// 3072 wide inside, a vocabulary of 30,522 and sequences of 128 tokens.
  ///
  /// An encoder block is two layers, attention and feed-forward, each with its shortcut and layer normalisation; the
  /// embedding comes before them, the pooler after them. Work counts the matrix products at 2 FLOP for each
  /// multiply-accumulate and the additions of shortcuts and embeddings; weights are the parameters and output is the tensor,
  /// in 32-bit floats. The input is one 32-bit number for each token.
  ///
  /// Activations are the tensors that are alive at once: for attention its input, queries, keys, values and the scores of
  /// all heads; for feed-forward its input, the wide tensor and the output. Traffic is that of weights, input and output,
  /// of the embedding's weights only the rows of its tokens and positions.
  ///
  /// - Parameter blocks: 12 for BERT-base; there are twice as many layers, plus two.
  public static func transformerEncoder(blocks: Int = 12) -> DNN {
    let (width, inner, tokens, heads) = (768, 3072, 128, 12)
    let (vocabulary, positions, segments) = (30_522, 512, 2)
    let tensor = tokens * width
    let dense = width * width + width
    // Scale and shift.
    let normalisation = 2 * width
    var embedding = Layer(
      "embedding", work: 2 * tensor, inputs: tokens, outputs: tensor,
      parameters: (vocabulary + positions + segments) * width + normalisation)
    embedding.traffic = Double(4 * (tokens + 2 * tensor + segments * width + normalisation + tensor))
    let encoder = (0..<blocks).flatMap { block in
      [
        // Projections to queries, keys and values, scores, weighted values, and the projection back.
        Layer(
          Name("attention\(block + 1)"), work: 2 * (4 * tensor * width + 2 * tokens * tensor) + tensor,
          inputs: tensor, outputs: tensor, parameters: 4 * dense + normalisation,
          alive: 4 * tensor + heads * tokens * tokens),
        Layer(
          Name("feedforward\(block + 1)"), work: 2 * (2 * tensor * inner) + tensor, inputs: tensor,
          outputs: tensor, parameters: 2 * width * inner + inner + width + normalisation,
          alive: 2 * tensor + tokens * inner),
      ]
    }
    // The first token's vector through one dense layer.
    let pooler = Layer(
      "pooler", work: 2 * width * width, inputs: tensor, outputs: width, parameters: dense)
    return DNN(name: "transformer", input: Double(4 * tokens), layers: [embedding] + encoder + [pooler])
  }
}
