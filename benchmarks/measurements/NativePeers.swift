import ArgumentParser
import Foundation
import Foundations

/// A program that solves the same job with another library, built from `benchmarks/native-peers` when it is needed.
struct NativePeer {
  let name: String
  /// The layered graph [arcs] that it is given at the most: what it can hold, and finishes in minutes.
  let largestGraph: Int
  /// The program and what stands before the file.
  private let command: [String]

  /// Times [s], and the peak over what the problem itself takes [KiB].
  struct Figures {
    var build: Double
    var search: Double
    var memory: Int
  }

  static let names = ["lemon explicit", "lemon per-layer", "boost explicit", "scipy", "networkx"]

  /// The peers whose libraries are here; says which are not.
  ///
  /// - Parameters:
  ///   - folder: for the programs.
  ///   - arcs: the layered graph that compiled programs are given at the most.
  ///   - names: the peers wanted; all if empty.
  static func built(in folder: String, arcs: Int, named names: [String]) -> [NativePeer] {
    let peers = compiled(in: folder, arcs: arcs) + inPython(arcs: arcs)
    return names.isEmpty ? peers : peers.filter { names.contains($0.name) }
  }

  private static func source(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("native-peers/\(name)").path
  }

  private static func compiled(in folder: String, arcs: Int) -> [NativePeer] {
    var peers: [NativePeer] = []
    for (name, package, methods) in [
      ("lemon", "liblemon-dev", ["explicit", "per-layer"]), ("boost", "libboost-graph-dev", ["explicit"]),
    ] {
      let program = "\(folder)/layerroute-peer-\(name)"
      do {
        _ = try Program.output("/usr/bin/env", ["c++", "-O2", "-o", program, source("\(name).cpp")])
        peers += methods.map {
          NativePeer(name: "\(name) \($0)", largestGraph: arcs, command: [program, $0])
        }
      } catch {
        print("Left out: \(name), which does not build here (Debian: \(package)).\n")
      }
    }
    return peers
  }

  private static func inPython(arcs: Int) -> [NativePeer] {
    var peers: [NativePeer] = []
    for (name, share) in [("scipy", 10), ("networkx", 100)] {
      let command = ["/usr/bin/env", "python3", source("paths.py"), name]
      do {
        _ = try Program.output(command[0], Array(command.dropFirst()))
        peers.append(NativePeer(name: name, largestGraph: arcs / share, command: command))
      } catch {
        print("Left out: \(name), which Python does not find here (Debian: python3-\(name)).\n")
      }
    }
    return peers
  }

  /// Solves the job in `file`.
  func measure(_ file: String, expecting latency: Double) throws -> Figures {
    let words = try Program.output(command[0], command.dropFirst() + [file]).split(separator: " ")
    let numbers = words.compactMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    guard numbers.count == 4 else { throw ValidationError("\(name): \(words)") }
    guard abs(numbers[2] - latency) <= 1e-9 * latency else {
      throw ValidationError("\(name) finds \(numbers[2]), not \(latency): \(file)")
    }
    return Figures(build: numbers[0], search: numbers[1], memory: Int(numbers[3]))
  }
}
