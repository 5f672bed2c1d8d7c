import LayerRoute
import TestSupport
import Testing

/// Instances are read as the page says, and every fault is named with its place.
@Suite struct ReaderTests {
  static let example = """
    {
      "layerroute": 1, "problem": "batching",
      "server": {"bandwidth": "20 MHz", "window": "50 ms"},
      "dnn": {"blocks": [
        {"name": "block 1", "times": ["4 ms", "4.6 ms", "5.1 ms"], "accuracy": 0.61},
        {"name": "block 2", "base": "3 ms", "slope": "0.4 ms", "largest": 32, "accuracy": 0.74}]},
      "users": [
        {"id": "phone 1", "upload": "150 kB", "efficiency": 3.2, "deadline": "120 ms", "exit": "block 2"},
        {"id": "phone 2", "upload": "80 kB", "snr": "12 dB", "deadline": "90 ms", "accuracy": 0.6, "value": 2}]
    }
    """

  private func instance(_ text: String) throws -> BatchingInstance {
    try BatchingProblem.instance(
      from: Document.parse(Array(text.utf8), format: .json, file: "instance.json"))
  }

  @Test func theExampleIsReadInBaseUnits() throws {
    let instance = try instance(Self.example)
    #expect(instance.server == BatchingInstance.Server(bandwidth: 20e6, window: 0.05))
    #expect(instance.blocks[0].times == .table([0.004, 0.0046, 0.0051]))
    #expect(instance.blocks[1].times == .linear(base: 0.003, slope: 0.0004, largest: 32))
    #expect(instance.users[0].channel == .efficiency(3.2) && instance.users[0].need == .exit(1))
    #expect(instance.users[1].need == .accuracy(0.6) && instance.users[1].value == 2)
    #expect(agree(instance.users[1].channel.efficiency, 4.074_585_234_9))
    #expect(instance.firstExit(of: 1) == 0 && instance.users[0].value == 1)
  }

  @Test(arguments: [
    ("12 dB", 15.848_931_924), ("-3 dB", 0.501_187_233), ("0dB", 1), ("+7.5 dB", 5.623_413_25),
    ("1.5e1 dB", 31.622_776_6), ("-200 dB", 1e-20),
  ])
  func levelsAreDecibels(_ level: String, _ ratio: Double) throws {
    let instance = try instance(Self.example.replacing("12 dB", with: level))
    guard case .ratio(let read) = instance.users[1].channel else { throw TestFailure() }
    #expect(agree(read, ratio), "\(read)")
    #expect(instance.users[1].channel.efficiency > 0)
  }

  @Test(arguments: [
    ("20 kHz", 20e3), ("20 MHz", 20e6), ("0.02 GHz", 20e6), ("2e7 Hz", 20e6), ("1 THz", 1e12),
    ("1 PHz", 1e15),
  ])
  func bandwidthsHaveDecimalPrefixes(_ text: String, _ hertz: Double) throws {
    let instance = try instance(Self.example.replacing("20 MHz", with: text))
    #expect(instance.server.bandwidth == hertz)
  }

  @Test func nothingIsRequiredThatHasADefault() throws {
    let text = """
      {"layerroute": 1, "problem": "batching", "server": {"bandwidth": 1}, "users": [],
       "dnn": {"blocks": [{"name": "b", "base": 0, "slope": 0}]}}
      """
    let instance = try instance(text)
    #expect(instance.server.window == nil && instance.users.isEmpty)
    #expect(instance.blocks[0].times == .linear(base: 0, slope: 0, largest: nil))
  }

  @Test func whatIsWrittenIsReadAgain() throws {
    for seed in 0..<200 {
      let instance = BatchingInstance.random(seed: seed)
      #expect(try self.instance(instance.text) == instance, "seed \(seed): \(instance.text)")
    }
  }

  /// What is replaced in the example, by what, and words of the message.
  @Test(arguments: [
    ("20 MHz", "20 Mbit/s", ["server.bandwidth", "Hz"]),
    ("20 MHz", "20 MiHz", ["server.bandwidth", "MiHz"]),
    ("\"20 MHz\"", "0", ["server.bandwidth", "positive"]),
    ("\"20 MHz\"", "-1", ["server.bandwidth", "negative"]),
    ("\"50 ms\"", "\"50\"", ["server.window", "unit"]),
    ("\"window\"", "\"windows\"", ["server", "windows", "did you mean"]),
    ("\"server\":", "\"network\":", ["network"]),
    ("[\"4 ms\", \"4.6 ms\", \"5.1 ms\"]", "[]", ["dnn.blocks[0].times", "empty"]),
    ("\"5.1 ms\"", "\"4.5 ms\"", ["dnn.blocks[0].times[2]", "4.5 ms after 4.6 ms"]),
    ("\"largest\": 32", "\"largest\": 0", ["dnn.blocks[1].largest", "at least 1"]),
    ("\"largest\": 32", "\"largest\": 1.5", ["dnn.blocks[1].largest", "whole"]),
    (
      "\"largest\": 32", "\"largest\": 1e30",
      ["dnn.blocks[1].largest", "whole number up to 9223372036854775807"]
    ),
    ("\"5.1 ms\"]", "\"5.1 ms\"], \"largest\": 2", ["dnn.blocks[0].largest", "times"]),
    ("\"5.1 ms\"]", "\"5.1 ms\"], \"base\": 2", ["dnn.blocks[0].base", "times"]),
    ("\"base\": \"3 ms\", \"slope\": \"0.4 ms\", ", "", ["dnn.blocks[1]", "base", "slope", "times"]),
    ("\"slope\": \"0.4 ms\", ", "", ["dnn.blocks[1]", "slope"]),
    ("\"block 2\", \"base\"", "\"block 1\", \"base\"", ["dnn.blocks[1].name", "block 1"]),
    ("\"block 1\"", "\"\"", ["dnn.blocks[0].name", "empty"]),
    ("0.74", "0.5", ["dnn.blocks[1].accuracy", "decrease"]),
    ("0.74", "1.01", ["dnn.blocks[1].accuracy", "between 0 and 1"]),
    (", \"accuracy\": 0.74", "", ["users[1].accuracy", "block 2"]),
    ("\"accuracy\": 0.6,", "\"accuracy\": 60,", ["users[1].accuracy", "between 0 and 1"]),
    ("\"exit\": \"block 2\"", "\"exit\": \"block 3\"", ["users[0].exit", "block 3"]),
    ("\"exit\": \"block 2\"", "\"exit\": \"block 2\", \"accuracy\": 0.1", ["users[0].accuracy", "exit"]),
    (", \"exit\": \"block 2\"", "", ["users[0]", "exit", "accuracy"]),
    (
      "\"efficiency\": 3.2", "\"efficiency\": 3.2, \"snr\": 1",
      ["users[0].snr", "\"efficiency\" and \"snr\" do not go together"]
    ),
    ("\"efficiency\": 3.2, ", "", ["users[0]", "efficiency", "snr"]),
    ("\"efficiency\": 3.2", "\"efficiency\": 0", ["users[0].efficiency", "nothing can be sent"]),
    ("\"efficiency\": 3.2", "\"efficiency\": -1", ["users[0].efficiency", "negative"]),
    ("\"12 dB\"", "\"12\"", ["users[1].snr", "dB"]), ("\"12 dB\"", "\"12 db\"", ["users[1].snr", "dB"]),
    ("\"12 dB\"", "-2", ["users[1].snr", "negative"]),
    ("\"12 dB\"", "\"1e9 dB\"", ["users[1].snr", "finite"]),
    ("\"12 dB\"", "\"-1e9 dB\"", ["users[1].snr", "nothing can be sent"]),
    ("\"phone 2\"", "\"phone 1\"", ["users[1].id", "phone 1"]),
    ("\"value\": 2", "\"value\": -2", ["users[1].value", "negative"]),
    ("\"deadline\": \"90 ms\", ", "", ["users[1]", "deadline"]),
    ("\"value\": 2", "\"value\": null", ["users[1].value", "null"]),
    ("\"id\": \"phone 2\"", "\"id\": \"phone 2\", \"weight\": 1", ["users[1]", "weight"]),
  ])
  func faultsAreNamedWithTheirPlace(_ old: String, _ new: String, _ words: [String]) throws {
    let text = Self.example.replacing(old, with: new)
    #expect(text != Self.example)
    do {
      _ = try instance(text)
      Issue.record("accepted: \(new)")
    } catch {
      for word in words { #expect("\(error)".contains(word), "\(error)") }
    }
  }

  @Test func anEmptyListOfBlocksIsAnError() throws {
    let text =
      #"{"layerroute": 1, "problem": "batching", "server": {"bandwidth": 1}, "users": [], "dnn": {"blocks": []}}"#
    #expect { try instance(text) } throws: {
      "\($0)".contains("dnn.blocks") && "\($0)".contains("at least one")
    }
  }

  @Test func figuresThatNoNumberHoldsAreRefused() throws {
    for (old, new, word) in [
      ("\"150 kB\"", "1e308", "phone 1"), ("\"value\": 2", "\"value\": 1e308", "values"),
      ("\"3 ms\"", "1e308", "block 2"),
    ] {
      var text = Self.example.replacing(old, with: new)
      if word == "values" {
        text.replace("\"exit\": \"block 2\"", with: "\"exit\": \"block 2\", \"value\": 1e308")
      }
      if word == "block 2" { text.replace("\"0.4 ms\"", with: "1e308") }
      let instance = try instance(text.replacing("20 MHz", with: word == "phone 1" ? "1e-5 Hz" : "20 MHz"))
      #expect { try instance.checkFigures() } throws: { "\($0)".contains(word) }
    }
  }
}

struct TestFailure: Error {}
