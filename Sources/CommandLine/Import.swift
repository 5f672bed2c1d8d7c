import ArgumentParser
import LayerRoute

struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Convert files of other programs to parts of an instance.",
    discussion: """
      docs/importing.md explains how the sizes, the work and the memory of a model are computed. \
      docs/importing-language-models.md does the same for GGUF files and configurations of Transformers. \
      docs/importing-networks.md says what is read from a topology, docs/importing-profiles.md what from measurements.
      """,
    subcommands: [
      ImportONNX.self, ImportGGUF.self, ImportTransformer.self, ImportTopology.self, ImportProfile.self,
    ])
}

/// A command that can print a summary of its result.
protocol SummarizingCommand: ParsableCommand {
  var output: String? { get }
  var summary: Bool { get }
  var format: OutputFormat? { get }
}

extension SummarizingCommand {
  func validate() throws { try checkFormat() }

  func checkFormat() throws {
    if format != nil, !summary { throw ValidationError("--format needs --summary, which it formats.") }
  }

  /// Writes the result, unless only its summary is wanted, and the summary.
  func write(
    _ result: @autoclosure () -> String, text: @autoclosure () -> String, json: @autoclosure () -> JSONValue
  ) throws {
    if !summary || output != nil { try Console.write(result(), to: output) }
    if summary { (format ?? .text).write(text: text(), json: json()) }
  }
}
