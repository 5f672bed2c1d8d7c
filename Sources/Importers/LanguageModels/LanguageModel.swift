import Foundations
import Networks

/// A transformer as a chain: the embedding, the blocks and the head, each with what it multiplies and keeps.
public struct LanguageModel: Sendable {
  /// The size of the hidden state of a token [elements].
  var width: Int
  /// The size of an element of the hidden state [byte].
  var elementBytes: Double
  /// The number of tokens in the vocabulary.
  var vocabulary: Int
  var parts: [Part]
  /// The longest context that the model was made for; `nil` if its file does not say.
  public var longestContext: Int?
  /// What was assumed about the file.
  public var assumptions: [Assumption] = []

  /// A layer of the chain.
  struct Part: Sendable, Equatable {
    /// The name of the layer, and of what leaves it.
    var name: String
    var result: String
    var parameters = 0.0
    /// The size of all weights [byte].
    var weights = 0.0
    /// The size of the weights that every token uses [byte].
    var usedWeights = 0.0
    /// The elements of the matrices by which every token is multiplied.
    var matrixElements = 0.0
    /// The experts of which each token passes some; `nil` if there are none.
    var experts: Experts?
    var attention: Attention?
    /// The most elements for a token that some matrix writes.
    var widest = 0
    /// Whether only the last token of a sequence is computed.
    var isHead = false
  }

  /// Experts of the same size.
  struct Experts: Sendable, Equatable {
    var count: Int
    /// How many a token passes.
    var chosen: Int
    /// The elements of the matrices of all experts.
    var elements = 0.0
    /// The size of the weights of all experts [byte].
    var bytes = 0.0
  }

  struct Attention: Sendable, Equatable {
    var heads: Int
    /// The heads of keys and values, each shared by some of the heads.
    var groups: Int
    var keyWidth: Int
    var valueWidth: Int
    /// The number of past tokens that a token sees; `nil` for all.
    var window: Int?
  }

  /// The number of parameters.
  public var parameters: Double { parts.reduce(0) { $0 + $1.parameters } }
  /// The number of blocks.
  public var blocks: Int { parts.count { $0.attention != nil } }
}

/// How a language model is used.
public struct LanguageModelUse: Sendable {
  /// What one run computes.
  public enum Phase: String, Sendable, CaseIterable {
    /// One token of each sequence, the last of the context.
    case decode
    /// All tokens of the context.
    case prefill
  }

  public var phase: Phase
  /// The tokens that the cache of keys and values holds.
  public var context: Int
  /// The number of sequences that are computed together.
  public var batch: Int
  /// The type of keys and values in the cache.
  public var cache: TensorType

  public init(phase: Phase, context: Int, batch: Int, cache: TensorType) {
    self.phase = phase
    self.context = context
    self.batch = batch
    self.cache = cache
  }

  /// The tokens of a sequence in one run.
  var tokens: Double { phase == .decode ? 1 : Double(context) }

  /// How many past tokens, itself among them, all computed tokens of a sequence see together.
  func pairs(window: Int?) -> Double {
    let seen = Double(min(window ?? context, context))
    guard phase == .prefill else { return seen }
    // The first tokens see fewer: 1 + 2 + ... + seen, and then always as many.
    return seen * (seen + 1) / 2 + (Double(context) - seen) * seen
  }
}

extension LanguageModel {
  /// The model as a DNN in use.
  ///
  /// `work` are the products with matrices and those of attention, 2 FLOP a multiply-accumulate, of a token with itself and
  /// the tokens before it. `memory` is the cache of keys and values of the whole context. `traffic` are the weights, of
  /// experts those that the tokens can reach, the cache and what enters and leaves.
  public func dnn(name: Name, _ use: LanguageModelUse) -> DNN {
    let batch = Double(use.batch)
    let hidden = batch * use.tokens * Double(width) * elementBytes
    var dnn = DNN(
      name: name, input: 4 * batch * use.tokens, inputTensors: ["token ids"], layers: [])
    for part in parts {
      let tokens = batch * (part.isHead ? 1 : use.tokens)
      let before = dnn.layers.last?.output ?? dnn.input
      var layer = Layer(
        name: Name(part.name), output: part.isHead ? 4 * batch * Double(vocabulary) : hidden,
        weights: part.weights, tensors: [part.result])
      var work = 2 * tokens * part.matrixElements
      var read = part.usedWeights
      if let experts = part.experts {
        let share = Double(experts.chosen) / Double(max(1, experts.count))
        work += 2 * tokens * experts.elements * share
        read += experts.bytes * min(1, tokens * share)
      }
      if let attention = part.attention {
        let width = Double(attention.keyWidth + attention.valueWidth)
        work += 2 * batch * use.pairs(window: attention.window) * Double(attention.heads) * width
        let kept = Double(min(attention.window ?? use.context, use.context))
        layer.memory = use.cache.bytes(of: batch * kept * Double(attention.groups) * width)
      }
      layer.work = work
      layer.traffic = read + layer.memory + before + layer.output
      layer.activations = before + layer.output + tokens * Double(part.widest) * elementBytes
      dnn.layers.append(layer)
    }
    return dnn
  }
}
