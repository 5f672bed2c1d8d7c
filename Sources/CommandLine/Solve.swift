import ArgumentParser
import Documents
import Planning
import Problems
import Splitting

struct Solve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the best plan for an instance.",
    discussion: """
      Without further options each job is first routed alone on its shortest path through the layered graph; if \
      that keeps every coupling constraint, it is optimal. Otherwise the formulation `layered` is solved with a \
      backend.

      On a terminal a long solve shows how far it is. Ctrl-C ends it with the best plan so far; a second Ctrl-C ends \
      it at once.

      Exit status 0: optimal, or within --gap. 2: proved infeasible, with a reason. 3: stopped by a limit. 70: every \
      backend broke; the best plan so far is printed. 130 and 143: ended by SIGINT or SIGTERM.
      """)

  @OptionGroup var instance: InstanceOptions

  @Option(
    help: "The formulation: \(formulationNames.joined(separator: ", ")).", completion: .list(formulationNames)
  )
  var formulation: String?

  @Option(help: "The backend: \(backendNames.joined(separator: ", ")), or native for shortest paths alone.")
  var backend: String?

  @Option(help: "Minimise the total or the max of the weighted latencies; by default what the instance says.")
  var objective: ObjectiveKind?

  @Flag(help: "Add a certificate to the best plan: numbers with which `verify` proves a lower bound again.")
  var certificate = false

  @Option(
    help: ArgumentHelp(
      """
      Find this many plans, the best ones of which no two have the same hosts. With -o the others are written beside \
      the first, as FILE.2, FILE.3 and so on.
      """, valueName: "count"))
  var alternatives: Int?

  @Flag(
    help: """
      Find the plans that no other beats both in its value and in the number of nodes that run layers, from the best one \
      at all to the best on the fewest nodes. With -o they are written as with --alternatives.
      """)
  var pareto = false

  @OptionGroup var limits: LimitOptions

  @Option(
    name: .shortAndLong, help: "Write the plan to this file and a summary to standard output.",
    completion: .file(extensions: ["json"]))
  var output: String?

  @Option(help: "How the plan, or with -o the summary, is printed.")
  var format: OutputFormat = .text

  func run() async throws {
    let instance = try self.instance.read()
    if let output { try OutputFile.check(output, notReplacing: [self.instance.file]) }
    if certificate, output == nil, format == .text {
      Console.complain("the certificate stands in the plan: add -o FILE or --format json to see it")
    }
    let request = Planner.Request(
      formulation: formulation, backend: backend, objective: objective,
      limits: try limits.limits(others: [self.instance.file, output]), certificate: certificate)
    let line = ProgressLine()
    let ranking = try await Interrupts.cancelling(timeLimit: limits.timeLimit) { [self] in
      line.end()
      let answer = Planner.answer(after: line.progress, of: instance, request, seconds: line.seconds)
      do {
        try print(answer)
      } catch {
        Console.complain("\(error)")
      }
      return exitStatus(answer.document)
    } _: { [self] in
      let planner = Planner()
      return pareto
        ? try await planner.paretoFront(instance, request) { line.note($0) }
        : try await planner.alternatives(instance, count: alternatives ?? 1, request) { line.note($0) }
    }
    line.end()
    let best = ranking.answers[0]
    for warning in ranking.warnings + ranking.answers.flatMap(\.warnings) {
      Console.complain("warning: \(warning)")
    }
    try pareto || alternatives ?? 1 > 1 ? print(ranking) : print(best)
    if let failure = ranking.answers.lazy.compactMap(\.failure).first { throw failure }
    if let status = Interrupts.exitStatus ?? exitStatus(best.document) ?? exitStatus(ranking) { throw status }
  }

  func validate() throws {
    if let alternatives, alternatives < 1 {
      throw ValidationError("--alternatives is \(alternatives); it must be at least 1.")
    }
    if pareto, alternatives != nil {
      throw ValidationError("--pareto and --alternatives ask for different plans; give one of them.")
    }
  }

  private func exitStatus(_ ranking: Planner.Ranking) -> ExitStatus? {
    ranking.isComplete || limits.gap > 0 ? nil : .limit
  }

  private func print(_ ranking: Planner.Ranking) throws {
    if let output {
      for (index, answer) in ranking.answers.enumerated() {
        try OutputFile.write(answer.document.json(), to: index == 0 ? output : "\(output).\(index + 1)")
      }
    }
    switch format {
    case .text: Console.write(RankingText(ranking, wanted: alternatives).text)
    case .json:
      let plans = ranking.answers.map(\.document.jsonValue)
      Console.write(JSONWriter.text(of: ["complete": .boolean(ranking.isComplete), "plans": .array(plans)]))
    }
  }

  private func print(_ answer: Planner.Answer) throws {
    let document = answer.document
    if let output { try Console.save(document.json(), to: output) }
    switch (format, output) {
    case (.json, nil): Console.write(document.json())
    case (.json, let file?): Console.write(JSONWriter.text(of: document.summary(writtenTo: file)))
    case (.text, _): Console.write(PlanText(document, of: answer.instance).text)
    }
  }

  private func exitStatus(_ document: PlanDocument) -> ExitStatus? {
    switch document.status {
    case .optimal: nil
    case .feasible: (document.objective?.gap ?? 1) <= limits.gap ? nil : .limit
    case .infeasible: .infeasible
    case .unknown: .limit
    }
  }
}

extension PlanDocument {
  /// Everything but the jobs.
  fileprivate func summary(writtenTo file: String) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("status", .string(status.rawValue)), .init("plan", .string(file)),
    ]
    if let objective {
      members.append(
        .init(
          "objective",
          [
            "kind": .string(objective.kind.rawValue), "value": .number(objective.value),
            "bound": .number(objective.bound), "gap": .number(objective.gap),
          ]))
    }
    if let reason { members.append(.init("reason", .string(reason))) }
    if let solver {
      members.append(
        .init(
          "solver",
          [
            "formulation": .string(solver.formulation), "backend": .string(solver.backend),
            "seconds": .number(solver.seconds),
          ]))
    }
    return .object(members)
  }
}
