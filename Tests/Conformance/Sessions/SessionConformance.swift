import LinearModels
import Testing

/// What every LP session must do: optima, bounds and infeasibility with proofs after any changes, bases that can be
/// saved, limits, and programs of odd shapes.
///
/// A backend's sessions pass if this does not fail; the oracle solves each program afresh.
///
/// ```swift
/// @Test(arguments: SessionConformance.requirements)
/// func mySessionsConform(_ requirement: SessionConformance.Requirement) async throws {
///   try await requirement.check(MyBackend(), oracle: MyBackend())
/// }
/// ```
public enum SessionConformance {
  /// Something that a session must do.
  public struct Requirement: Sendable, CustomTestStringConvertible {
    /// What must hold, in words.
    public let name: String
    /// Whether it takes thousands of solves: once for each library is enough, in this process.
    public let isLong: Bool
    private let body: @Sendable (any LinearSessionSource, any Backend) async throws -> Void

    init(
      _ name: String, isLong: Bool = false,
      body: @escaping @Sendable (any LinearSessionSource, any Backend) async throws -> Void
    ) {
      self.name = name
      self.isLong = isLong
      self.body = body
    }

    public var testDescription: String { name }

    /// Records an issue for each thing that the sessions of a source do not do.
    public func check(_ source: any LinearSessionSource, oracle: any Backend) async throws {
      try await body(source, oracle)
    }
  }

  /// Puts the sessions of a source through all requirements.
  public static func check(_ source: any LinearSessionSource, oracle: any Backend) async throws {
    for requirement in requirements { try await requirement.check(source, oracle: oracle) }
  }

  public static let requirements =
    changeRequirements + basisRequirements + outcomeRequirements + emptyRequirements + refusalRequirements
}
