import Foundations

extension DNN {
  /// A transformer encoder of BERT-base's shape (Devlin, Chang, Lee and Toutanova, NAACL 2019): 768 wide, 12 heads,
  /// 3072 wide inside, a vocabulary of 30,522 and sequences of 128 tokens.
  ///
  /// An encoder block is two layers, attention and feed-forward, each with its shortcut and layer
  /// normalisation; the embedding comes before them, the pooler after them. Work counts the matrix products
  /// at 2 FLOP for each multiply-accumulate and the additions of shortcuts and embeddings; memory is that of
  /// the parameters and output that of the tensor in 32-bit floats. The input is one 32-bit number for each
  /// token.
  ///
  /// - Parameter blocks: 12 for BERT-base; there are twice as many layers, plus two.
  public static func transformerEncoder(blocks: Int = 12) -> DNN {
    TransformerShape().dnn(blocks: blocks)
  }
}

private struct TransformerShape {
  let width = 768
  let inner = 3072
  let vocabulary = 30_522
  let positions = 512
  let segments = 2
  let tokens = 128

  func dnn(blocks: Int) -> DNN {
    var layers = [embedding]
    for block in 0..<blocks {
      layers.append(attention(Name("attention\(block + 1)")))
      layers.append(feedForward(Name("feedforward\(block + 1)")))
    }
    layers.append(pooler)
    return DNN(
      name: "transformer", input: Double(tokens) * ConvolutionalChain.bytesPerNumber, layers: layers)
  }

  /// Scale and shift.
  private var normalisation: Int { 2 * width }

  private var embedding: Layer {
    let parameters = (vocabulary + positions + segments) * width + normalisation
    return layer("embedding", work: 2 * tokens * width, parameters: parameters)
  }

  /// Projections to queries, keys and values, scores, weighted values, and the projection back.
  private func attention(_ name: Name) -> Layer {
    let products = tokens * 4 * width * width + 2 * tokens * tokens * width
    let parameters = 4 * (width * width + width) + normalisation
    return layer(name, work: 2 * products + tokens * width, parameters: parameters)
  }

  private func feedForward(_ name: Name) -> Layer {
    let products = tokens * 2 * width * inner
    let parameters = 2 * width * inner + inner + width + normalisation
    return layer(name, work: 2 * products + tokens * width, parameters: parameters)
  }

  /// The first token's vector through one dense layer.
  private var pooler: Layer {
    var pooler = layer("pooler", work: 2 * width * width, parameters: width * width + width)
    pooler.output = Double(width) * ConvolutionalChain.bytesPerNumber
    return pooler
  }

  private func layer(_ name: Name, work: Int, parameters: Int) -> Layer {
    Layer(
      name: name, work: Double(work), output: Double(tokens * width) * ConvolutionalChain.bytesPerNumber,
      memory: Double(parameters) * ConvolutionalChain.bytesPerNumber)
  }
}
