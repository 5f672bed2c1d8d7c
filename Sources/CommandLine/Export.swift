import ArgumentParser
import LayerRoute

struct Export: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the mixed-integer program of an instance as a file for other solvers.",
    discussion: """
      The model is the one that `compare` solves: scaled, and without the choices that no optimal plan needs. A \
      comment at the top of the file says what one unit of the objective is. For `paths` the instance is \
      solved first: its model is the choice among the paths that were left when the optimum was proved.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case lp, mps }

  @OptionGroup var instance: InstanceOptions

  @Option(
    help: "The formulation: \(exportedNames.joined(separator: ", ")).",
    completion: .list(exportedNames))
  var formulation: String

  @Option(help: "Format of the file: CPLEX LP or free-form MPS.") var format: Format

  @OptionGroup var objective: ObjectiveOptions

  @Option(output: "Write to this file instead of standard output.", extensions: []) var output: String?

  func run() async throws {
    if let output { try OutputFile.check(output, notReplacing: [instance.file]) }
    let document = try instance.document()
    try await run(Kinds.kind(ofInstance: document), document)
  }

  private func run<K: AnyKind>(_ kind: K, _ document: Document) async throws {
    let kind = kind.kind
    let instance = try kind.asking(objective.objective, of: K.P.instance(from: document))
    let model = try await kind.model(of: instance, formulation: formulation)
    try Console.write(format == .lp ? model.lpText() : model.mpsText(), to: output)
  }
}
