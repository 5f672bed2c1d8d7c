import ArgumentParser
import Splitting

/// How fast instances are read and written.
struct ReadingSpeed: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reading", abstract: "Time reading and writing a large instance as JSON.")

  func run() throws {
    let instance = ModelSpeed.torus(side: 300, layers: 50)
    var text = ""
    let writing = Timing.best { text = instance.json() }
    let bytes = Array(text.utf8)
    var read = instance
    let reading = try Timing.best { read = try Instance.parse(bytes, format: .json, name: "torus.json") }
    precondition(read == instance, "what is read is what was written")
    let megabytes = Double(bytes.count) / 1e6
    print(
      "\(instance.network.nodes.count) nodes, \(instance.network.links.count) links, \(megabytes.shown) MB\n")
    print("| step | best of \(Timing.repetitions) [s] | MB/s |\n|---|---|---|")
    print("| reading, every check included | \(reading.shown) | \((megabytes / reading).shown) |")
    print("| writing | \(writing.shown) | \((megabytes / writing).shown) |")
  }
}
