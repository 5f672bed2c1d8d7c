/// A request for a picture.
public struct PictureRequest<P: Problem>: Sendable {
  /// The subject of a picture and its format.
  public enum Form: Sendable {
    /// The instance with the plan, in SVG.
    case plan
    /// The instance with the plan, in the language of Graphviz.
    case graphviz
    /// The layered graph of one job with a path, in SVG.
    case layeredGraph
  }

  public var form: Form
  /// The instance, with the objective that the plan's file names.
  public var instance: P.Instance
  /// The ids of the jobs to draw; empty for those that the kind chooses.
  public var jobs: [String]
  /// A plan that can be carried out, feasible or not; `nil` for the instance alone.
  public var plan: P.Plan?
  /// The status of the plan in its file, in a few words; `nil` without a file.
  public var verdict: String?

  /// A request without a plan.
  public init(_ form: Form, of instance: P.Instance, jobs: [String] = []) {
    self.form = form
    self.instance = instance
    self.jobs = jobs
  }
}

/// A finished picture.
public struct Picture: Sendable {
  /// The contents of the picture's file.
  public var text: String
  /// Messages for the log.
  public var notes: [String]

  /// Makes a picture from its parts.
  public init(text: String, notes: [String] = []) {
    self.text = text
    self.notes = notes
  }
}

/// The error of a request that does not fit the instance.
public struct PictureError: Error, Sendable, CustomStringConvertible {
  /// The problem and a remedy.
  public let description: String

  public init(description: String) { self.description = description }
}
