import Foundations

/// The DNNs that generated jobs run.
public enum Architecture: String, Sendable, CaseIterable {
  case vgg16, vgg19, resnet34, resnet50, mobilenetv2, transformer, inceptionresnetv2, efficientnetb1
  /// A random chain for each job.
  case random
  /// One of the real DNNs for each job, drawn at random.
  case mixed

  /// Whether the number of layers can be chosen.
  public var hasFreeLayers: Bool { self == .transformer || self == .random }

  /// The default numbers: the blocks of BERT-base, and about as many layers as the other real DNNs have.
  package static let usualTransformerBlocks = 12
  package static let usualRandomLayers = 16

  /// Those that `mixed` draws from: a fixed list, since one more would change the instances of all seeds.
  private static let real: [Architecture] = [
    .vgg16, .vgg19, .resnet34, .resnet50, .mobilenetv2, .transformer,
  ]

  /// The DNNs for that many jobs, and the index of each job's DNN; `layers` are those of a random chain, or the encoder
  /// blocks of a transformer, and `nil` is the usual number.
  package func dnns(jobs: Int, layers: Int?, _ random: inout SplitMix64) -> (dnns: [DNN], ofJobs: [Int]) {
    switch self {
    case .random:
      let dnns = (0..<jobs).map { job in
        DNN.random(named: Name("random \(job + 1)"), layers: layers ?? Self.usualRandomLayers, using: &random)
      }
      return (dnns, Array(dnns.indices))
    case .mixed:
      let drawn = (0..<jobs).map { _ in Self.real[random.nextIndex(below: Self.real.count)] }
      let used = Self.real.filter(drawn.contains)
      return (used.map { $0.dnn(layers: nil) }, drawn.map { used.firstIndex(of: $0) ?? 0 })
    default:
      return ([dnn(layers: layers)], Array(repeating: 0, count: jobs))
    }
  }

  private func dnn(layers: Int?) -> DNN {
    switch self {
    case .vgg16: .vgg16()
    case .vgg19: .vgg19()
    case .resnet34: .resNet34()
    case .resnet50: .resNet50()
    case .mobilenetv2: .mobileNetV2()
    case .inceptionresnetv2: .inceptionResNetV2()
    case .efficientnetb1: .efficientNetB1()
    case .transformer: .transformerEncoder(blocks: layers ?? Self.usualTransformerBlocks)
    case .random, .mixed: preconditionFailure("drawn for each job")
    }
  }
}
