import ArgumentParser
import Foundation

/// A program that solves the same job with another library, built from `benchmarks/native-peers` when it is needed.
struct NativePeer {
  let name: String
  private let program: String
  private let method: String

  /// Times [s], and the peak over what the problem itself takes [KiB].
  struct Figures {
    var build: Double
    var search: Double
    var memory: Int
  }

  /// The peers whose libraries are here; says which are not.
  static func built(in folder: String) -> [NativePeer] {
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "native-peers")
    var peers: [NativePeer] = []
    for (source, package, methods) in [
      ("lemon", "liblemon-dev", ["explicit", "per-layer"]), ("boost", "libboost-graph-dev", ["explicit"]),
    ] {
      let program = "\(folder)/layerroute-peer-\(source)"
      let arguments = ["c++", "-O2", "-o", program, sources.appendingPathComponent("\(source).cpp").path]
      do {
        _ = try Program.output("/usr/bin/env", arguments)
        peers += methods.map { NativePeer(name: "\(source) \($0)", program: program, method: $0) }
      } catch {
        print("Left out: \(source), which does not build here (Debian: \(package)).\n")
      }
    }
    return peers
  }

  /// Solves the job in `file`.
  func measure(_ file: String, expecting latency: Double) throws -> Figures {
    let words = try Program.output(program, [method, file]).split(separator: " ")
    let numbers = words.compactMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    guard numbers.count == 4 else { throw ValidationError("\(name): \(words)") }
    guard abs(numbers[2] - latency) <= 1e-9 * latency else {
      throw ValidationError("\(name) finds \(numbers[2]), not \(latency): \(file)")
    }
    return Figures(build: numbers[0], search: numbers[1], memory: Int(numbers[3]))
  }
}
