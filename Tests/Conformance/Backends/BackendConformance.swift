import LinearModels
import Testing

/// What every backend must do: optima with certificates, infeasible and unbounded models, odd shapes, limits, gaps and
/// starts, and programs that are known to lead solvers astray.
///
/// A new backend passes if this does not fail:
///
/// ```swift
/// @Test(arguments: BackendConformance.requirements)
/// func myBackendConforms(_ requirement: BackendConformance.Requirement) async throws {
///   try await requirement.check(InProcess(MyBackend()))
/// }
/// ```
public enum BackendConformance {
  /// Something that a backend must do.
  public struct Requirement: Sendable, CustomTestStringConvertible {
    /// What must hold, in words.
    public let name: String
    /// Whether it takes hundreds of solves, or seconds: once for each library is enough, in this process, where a solve
    /// starts no other.
    public let isLong: Bool
    private let body: @Sendable (any ModelSolver) async throws -> Void

    init(
      _ name: String, isLong: Bool = false, body: @escaping @Sendable (any ModelSolver) async throws -> Void
    ) {
      self.name = name
      self.isLong = isLong
      self.body = body
    }

    public var testDescription: String { name }

    /// Records an issue for each thing that the solver does not do.
    public func check(_ solver: any ModelSolver) async throws { try await body(solver) }
  }

  /// Puts a solver through all requirements.
  public static func check(_ solver: any ModelSolver) async throws {
    for requirement in requirements { try await requirement.check(solver) }
  }

  public static let requirements =
    linearRequirements + integerRequirements + shapeRequirements + knownPitfalls + optionRequirements
    + limitRequirements + startRequirements
}

/// Whether two numbers agree, relative to those above 1.
public func near(_ left: Double?, _ right: Double, within tolerance: Double = 1e-7) -> Bool {
  guard let left else { return false }
  return abs(left - right) <= tolerance * max(1, abs(right))
}

extension ModelSolver {
  func solve(_ model: CompiledModel) async throws(BackendError) -> Solution {
    try await solve(model, options: SolveOptions())
  }
}
