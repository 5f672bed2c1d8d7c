import Foundation

/// The sample instances that are kept beside the repository; they are no part of it.
public enum AcceptanceSamples {
  /// `LAYERROUTE_ACCEPTANCE`, else `../shared/acceptance` beside the package; `nil` where there is no such folder.
  public static let folder: String? = {
    let path =
      ProcessInfo.processInfo.environment["LAYERROUTE_ACCEPTANCE"]
      ?? PackageFolder.url.deletingLastPathComponent().appending(path: "shared/acceptance").path
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }()

  /// The paths of all instances, the malformed ones not included.
  public static let files: [String] = {
    guard let folder else { return [] }
    return parts.map { folder + "/" + $0 }.flatMap { part in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: part)) ?? []
      return names.sorted().filter { name in
        name != "expected.json" && !name.hasSuffix(".plan.json")
          && [".json", ".yaml"].contains { name.hasSuffix($0) }
      }.map { part + $0 }
    }
  }()

  /// An instance and what solving it must give.
  public struct Sample: Sendable, Decodable, CustomStringConvertible {
    /// Below the folder of all samples.
    public fileprivate(set) var file: String
    public let status: String
    /// The optimum for the sum of the weighted latencies [s].
    public let total: Double?
    /// The optimum for the largest weighted latency [s].
    public let max: Double?
    /// The optimum for the largest load, and the least total latency [s] of the plans that reach it.
    public let bottleneck: Double?
    public let latency: Double?
    /// The optimum for the largest load if every job were contiguous.
    public let contiguous: Double?
    /// The plans that no other beats both in total latency and in the largest load.
    public let frontier: [[Double]]?
    /// The kind of infeasibility, words joined by hyphens.
    public let reason: String?
    /// The file of a plan that holds, beside the instance.
    public fileprivate(set) var plan: String?

    /// The objectives with a known optimum; for an instance without a plan those under which there is none: loads that are
    /// too high may be what `bottleneck` asks for.
    public var optima: [(objective: String, value: Double?)] {
      let known = [("total", total), ("max", max), ("bottleneck", bottleneck)]
      if status == "optimal" { return known.filter { $0.1 != nil } }
      return file.hasPrefix("throughput/") ? known : known.filter { $0.0 != "bottleneck" }
    }

    public var planPath: String? { plan.map { (AcceptanceSamples.folder ?? "") + "/" + $0 } }
    public var path: String { (AcceptanceSamples.folder ?? "") + "/" + file }
    public var description: String { file }
  }

  /// A malformed file and what must be said of it.
  public struct Rejection: Sendable, Decodable, CustomStringConvertible {
    /// Below the folder of all samples.
    public fileprivate(set) var file: String
    public let exit: Int32
    /// Words of which the message, in lower case, holds one.
    public let anyOf: [String]?
    /// Words of which it holds each.
    public let allOf: [String]?

    public var path: String { (AcceptanceSamples.folder ?? "") + "/" + file }
    public var description: String { file }

    private enum CodingKeys: String, CodingKey {
      case file, exit
      case anyOf = "any_of"
      case allOf = "all_of"
    }
  }

  /// Where this kind's samples are, below the folder.
  private static let parts = ["", "machines/", "throughput/"]

  /// Empty where the folder is absent.
  public static let samples: [Sample] = {
    struct Expected: Decodable { let instances: [Sample] }
    return parts.flatMap { part in
      (decoded(Expected.self, part + "expected.json")?.instances ?? []).map { sample in
        var sample = sample
        sample.file = part + sample.file
        sample.plan = sample.plan.map { part + $0 }
        return sample
      }
    }
  }()

  /// Empty where the folder is absent.
  public static let rejections: [Rejection] = {
    struct Expected: Decodable { let cases: [Rejection] }
    return parts.map { $0 + "bad/" }.flatMap { part in
      (decoded(Expected.self, part + "expected.json")?.cases ?? []).map { rejection in
        var rejection = rejection
        rejection.file = part + rejection.file
        return rejection
      }
    }
  }()

  private static func decoded<Value: Decodable>(_ type: Value.Type, _ file: String) -> Value? {
    guard let folder, let data = FileManager.default.contents(atPath: folder + "/" + file) else { return nil }
    return try? JSONDecoder().decode(type, from: data)
  }
}

/// The folder of the package whose tests run.
public enum PackageFolder {
  public static let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The folders directly inside one of its folders that hold something.
  public static func folders(_ path: String) throws -> [String] {
    let folder = url.appending(path: path)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { name in
      let content = try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: name).path)
      return content?.isEmpty == false
    }
  }
}
