import ArgumentParser
import Documents
import Planning
import Splitting

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write an instance's mixed-integer program as a file that other solvers read.",
    discussion: """
      The model is the one that `compare` solves, scaled, without the choices that no optimal plan needs; a comment \
      at its top says what one unit of the objective is in seconds.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case lp, mps }

  @OptionGroup var instance: InstanceOptions

  @Option(
    help: "The formulation: \(formulationNames.joined(separator: ", ")).", completion: .list(formulationNames)
  )
  var formulation: String

  @Option(help: "CPLEX LP, or free-form MPS.")
  var format: Format

  @Option(help: "Minimise the total or the max of the weighted latencies; by default what the instance says.")
  var objective: ObjectiveKind?

  @Option(name: .shortAndLong, help: "Write to this file instead of standard output.", completion: .file())
  var output: String?

  func run() throws {
    if let output { try OutputFile.check(output, notReplacing: [self.instance.file]) }
    var instance = try self.instance.read()
    instance.options.objective = objective ?? instance.options.objective
    let model = try Exporter.model(of: instance, formulation: formulation)
    try Console.write(format == .lp ? model.lpText() : model.mpsText(), to: output)
  }
}
