import Foundations

extension DNN {
  /// A transformer encoder of BERT-base's shape (Devlin, Chang, Lee and Toutanova, NAACL 2019): 768 wide, 12 heads,
  /// 3072 wide inside, a vocabulary of 30,522 and sequences of 128 tokens.
  ///
  /// An encoder block is two layers, attention and feed-forward, each with its shortcut and layer normalisation; the
  /// embedding comes before them, the pooler after them. Work counts the matrix products at 2 FLOP for each
  /// multiply-accumulate and the additions of shortcuts and embeddings; memory is that of the parameters and output that
  /// of the tensor in 32-bit floats. The input is one 32-bit number for each token.
  ///
  /// - Parameter blocks: 12 for BERT-base; there are twice as many layers, plus two.
  public static func transformerEncoder(blocks: Int = 12) -> DNN {
    let (width, inner, tokens) = (768, 3072, 128)
    let (vocabulary, positions, segments) = (30_522, 512, 2)
    let tensor = tokens * width
    let dense = width * width + width
    // Scale and shift.
    let normalisation = 2 * width
    let embedding = Layer(
      "embedding", work: 2 * tensor, outputs: tensor,
      parameters: (vocabulary + positions + segments) * width + normalisation)
    let encoder = (0..<blocks).flatMap { block in
      [
        // Projections to queries, keys and values, scores, weighted values, and the projection back.
        Layer(
          Name("attention\(block + 1)"), work: 2 * (4 * tensor * width + 2 * tokens * tensor) + tensor,
          outputs: tensor, parameters: 4 * dense + normalisation),
        Layer(
          Name("feedforward\(block + 1)"), work: 2 * (2 * tensor * inner) + tensor, outputs: tensor,
          parameters: 2 * width * inner + inner + width + normalisation),
      ]
    }
    // The first token's vector through one dense layer.
    let pooler = Layer("pooler", work: 2 * width * width, outputs: width, parameters: dense)
    return DNN(name: "transformer", input: Double(4 * tokens), layers: [embedding] + encoder + [pooler])
  }
}
