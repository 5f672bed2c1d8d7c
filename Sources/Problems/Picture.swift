/// What a picture has to show.
public struct PictureRequest<P: Problem>: Sendable {
  /// What is drawn, and how it is written.
  public enum Form: Sendable {
    /// The instance with the plan, in SVG.
    case plan
    /// The instance with the plan, in the language of Graphviz.
    case graphviz
    /// The layered graph of one job with a path, in SVG.
    case layeredGraph
  }

  public var form: Form
  /// The instance, with the question that the plan's file answers.
  public var instance: P.Instance
  /// The ids of the jobs to draw; empty for those that the kind chooses.
  public var jobs: [String]
  /// A plan that can be carried out, feasible or not; `nil` for the instance alone.
  public var plan: P.Plan?
  /// What the plan's file says of the plan, in a few words; `nil` without a file.
  public var verdict: String?

  /// Makes a request without a plan.
  public init(_ form: Form, of instance: P.Instance, jobs: [String] = []) {
    self.form = form
    self.instance = instance
    self.jobs = jobs
  }
}

/// A finished picture.
public struct Picture: Sendable {
  /// The file.
  public var text: String
  /// What a log should say.
  public var notes: [String]

  /// Makes a picture from its parts.
  public init(text: String, notes: [String] = []) {
    self.text = text
    self.notes = notes
  }
}

/// A request for a picture that makes no sense for the instance.
public struct PictureError: Error, Sendable, CustomStringConvertible {
  /// What is wrong and what to do about it.
  public let description: String

  public init(description: String) { self.description = description }
}
