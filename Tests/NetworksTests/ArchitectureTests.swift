import Foundations
import Networks
import Testing

/// Figures of the DNNs against published totals.
@Suite struct ArchitectureTests {
  /// Parameters as the papers' reference implementations count them, and multiply-accumulates of all convolutions and
  /// matrix products; what the layers count besides (poolings, shortcuts, embeddings) spelled out from the shapes.
  private struct Expected: Sendable, CustomTestStringConvertible {
    let dnn: DNN
    let layers: Int
    let parameters: Double
    let macs: Double
    let otherWork: Int

    var testDescription: String { dnn.name.text }
  }

  private static let vggPoolings =
    3 * (64 * 112 * 112 + 128 * 56 * 56 + 256 * 28 * 28 + 512 * 14 * 14 + 512 * 7 * 7)
  private static let resNetPoolings = 8 * 64 * 56 * 56
  /// Means and weighted channels of EfficientNet-B1.
  private static let excitations =
    2
    * ((32 + 16) * 120 * 120 + (96 + 2 * 144) * 60 * 60 + (144 + 2 * 240) * 30 * 30
      + (240 + 4 * 480 + 3 * 672) * 15 * 15 + (672 + 5 * 1152 + 1920) * 8 * 8)

  private static let expected = [
    Expected(
      dnn: .vgg16(), layers: 21, parameters: 138_357_544, macs: 15_470_264_320, otherWork: vggPoolings),
    Expected(
      dnn: .vgg19(), layers: 24, parameters: 143_667_240, macs: 19_632_062_464, otherWork: vggPoolings),
    Expected(
      dnn: .resNet34(), layers: 20, parameters: 21_797_672, macs: 3_663_761_408,
      otherWork: resNetPoolings + 512 * 49
        + 3 * 64 * 56 * 56 + 4 * 128 * 28 * 28 + 6 * 256 * 14 * 14 + 3 * 512 * 7 * 7),
    Expected(
      dnn: .resNet50(), layers: 20, parameters: 25_557_032, macs: 4_089_184_256,
      otherWork: resNetPoolings + 2048 * 49
        + 3 * 256 * 56 * 56 + 4 * 512 * 28 * 28 + 6 * 1024 * 14 * 14 + 3 * 2048 * 7 * 7),
    Expected(
      dnn: .mobileNetV2(), layers: 21, parameters: 3_504_872, macs: 300_774_272,
      otherWork: 1280 * 49
        + 24 * 56 * 56 + 2 * 32 * 28 * 28 + 3 * 64 * 14 * 14 + 2 * 96 * 14 * 14 + 2 * 160 * 7 * 7),
    // The trainable parameters of Keras, and what tf-slim's shapes give.
    Expected(
      dnn: .inceptionResNetV2(), layers: 53, parameters: 55_813_192, macs: 13_155_794_016,
      otherWork: 8 * (64 * 73 * 73 + 192 * 35 * 35 + 320 * 17 * 17 + 1088 * 8 * 8) + 9 * 192 * 35 * 35
        + 10 * 320 * 35 * 35 + 20 * 1088 * 17 * 17 + 10 * 2080 * 8 * 8 + 1536 * 8 * 8),
    Expected(
      dnn: .efficientNetB1(), layers: 27, parameters: 7_794_184, macs: 686_802_832,
      otherWork: excitations + 1280 * 8 * 8
        + 16 * 120 * 120 + 2 * 24 * 60 * 60 + 2 * 40 * 30 * 30 + 3 * 80 * 15 * 15 + 3 * 112 * 15 * 15
        + 4 * 192 * 8 * 8 + 320 * 8 * 8),
    // BERT-base with pooler; of its work, 12 times 12 n h^2 + 2 n^2 h with n = 128 tokens and h = 768.
    Expected(
      dnn: .transformerEncoder(), layers: 26, parameters: 109_482_240, macs: 11_174_215_680,
      otherWork: 2 * 128 * 768 + 24 * 128 * 768),
  ]

  @Test(arguments: expected)
  private func totalsAreThePublishedOnes(_ expected: Expected) {
    let layers = expected.dnn.layers
    #expect(layers.count == expected.layers)
    #expect(layers.reduce(0) { $0 + $1.weights } / 4 == expected.parameters)
    #expect(layers.allSatisfy { $0.memory == 0 })
    #expect(layers.reduce(0) { $0 + ($1.work ?? 0) } == 2 * expected.macs + Double(expected.otherWork))
    #expect(Set(layers.map(\.name)).count == layers.count)
  }

  @Test func shapesLeadFromTheImageToTheScores() {
    for dnn in [DNN.vgg16(), .vgg19(), .resNet34(), .resNet50(), .mobileNetV2()] {
      #expect(dnn.input == 4 * 3 * 224 * 224, "\(dnn.name)")
      #expect(dnn.layers.last?.output == 4000, "\(dnn.name)")
    }
    #expect(DNN.inceptionResNetV2().input == 4 * 3 * 299 * 299)
    #expect(DNN.efficientNetB1().input == 4 * 3 * 240 * 240)
    for dnn in [DNN.inceptionResNetV2(), .efficientNetB1()] {
      #expect(dnn.layers.last?.output == 4000, "\(dnn.name)")
    }
    let inception = DNN.inceptionResNetV2().layers
    for (name, numbers) in [
      ("pool2", 192 * 35 * 35), ("block35_10", 320 * 35 * 35), ("mixed_6a", 1088 * 17 * 17),
      ("block8_10", 2080 * 8 * 8),
    ] as [(Name, Int)] {
      #expect(inception.first { $0.name == name }?.output == Double(4 * numbers), "\(name)")
    }
    #expect(DNN.efficientNetB1().layers.first { $0.name == "block7_2" }?.output == 81_920)
    #expect(DNN.resNet50().layers.first { $0.name == "conv4_6" }?.output == 802_816)
    #expect(DNN.mobileNetV2().layers.first { $0.name == "block6_3" }?.output == 31_360)
  }

  /// Numbers of the tensors that are alive at once, by hand from the shapes.
  @Test(
    arguments: [
      // Input and output.
      (.vgg16(), "conv1_2", 2 * 64 * 224 * 224), (.vgg19(), "fc6", 512 * 7 * 7 + 4096),
      (.resNet34(), "pool1", 64 * 112 * 112 + 64 * 56 * 56),
      // What enters the block, what its second convolution reads and what that writes.
      (.resNet34(), "conv2_1", 3 * 64 * 56 * 56),
      (.resNet34(), "conv2_2", 3 * 64 * 56 * 56),
      // The end of the branch, what enters, and its projection.
      (.resNet50(), "conv2_1", (256 + 64 + 256) * 56 * 56),
      (.resNet50(), "conv3_1", 512 * 28 * 28 + 256 * 56 * 56 + 512 * 28 * 28),
      // What enters, what the last convolution reads, and what it writes.
      (.resNet50(), "conv2_2", (256 + 64 + 256) * 56 * 56),
      // Nothing is kept in a block without a shortcut.
      (.mobileNetV2(), "block2_1", 96 * 112 * 112 + 96 * 56 * 56),
      (.mobileNetV2(), "block2_2", (24 + 144 + 144) * 56 * 56),
      // What three branches wrote, what they read, and the mean and its channels.
      (.inceptionResNetV2(), "mixed_5b", (96 + 64 + 96 + 192 + 192) * 35 * 35),
      // The end of the branches, what enters, and their projection.
      (.inceptionResNetV2(), "block35_1", (128 + 320 + 320) * 35 * 35),
      // What one branch wrote, what the pooling will read, and the middle of the other branch.
      (.inceptionResNetV2(), "mixed_6a", 384 * 17 * 17 + (320 + 256 + 256) * 35 * 35),
      (.efficientNetB1(), "block2_1", 96 * 120 * 120 + 96 * 60 * 60),
      (.efficientNetB1(), "block2_2", (24 + 144 + 144) * 60 * 60),
      (.transformerEncoder(), "attention1", 4 * 128 * 768 + 12 * 128 * 128),
      (.transformerEncoder(), "feedforward12", 128 * (768 + 3072 + 768)),
      (.transformerEncoder(), "pooler", 128 * 768 + 768),
    ] as [(DNN, Name, Int)])
  func activationsAreTheTensorsAliveAtOnce(_ dnn: DNN, _ name: Name, _ numbers: Int) throws {
    let layer = try #require(dnn.layers.first { $0.name == name })
    #expect(layer.activations == Double(4 * numbers))
  }

  @Test(arguments: expected)
  private func trafficIsWeightsInputAndOutput(_ expected: Expected) {
    let layers = expected.dnn.layers
    let inputs = [expected.dnn.input] + layers.dropLast().map(\.output)
    for (layer, input) in zip(layers, inputs) {
      #expect(layer.activations >= input + layer.output, "\(layer.name)")
      let all = layer.weights + input + layer.output
      // Of 30,522 words, 512 positions and 2 segments, an embedding reads those of 128 tokens, and both segments.
      let unread = layer.name == "embedding" ? 4.0 * 768 * (30_522 + 512 - 2 * 128) : 0
      #expect(layer.traffic == all - unread, "\(layer.name)")
    }
  }

  @Test func randomChainsShrinkAndAreSpread() {
    for seed in UInt64(0)..<50 {
      var random = SplitMix64(seed: seed)
      let dnn = DNN.random(named: "random", layers: 16, using: &random)
      let layers = dnn.layers
      #expect(layers.count == 16)
      #expect(layers[0].output > 100 * layers[15].output, "seed \(seed)")
      let works = layers.compactMap(\.work)
      #expect(works.allSatisfy { $0 > 0 } && works.count == 16, "seed \(seed)")
      #expect((works.max() ?? 0) > 2 * (works.min() ?? 0), "seed \(seed)")
      #expect(layers.allSatisfy { $0.weights > 0 }, "seed \(seed)")
      let inputs = [dnn.input] + layers.dropLast().map(\.output)
      for (layer, input) in zip(layers, inputs) {
        #expect(layer.activations == input + layer.output, "\(layer.name), seed \(seed)")
        #expect(layer.traffic == layer.weights + input + layer.output, "\(layer.name), seed \(seed)")
      }
    }
  }
}
