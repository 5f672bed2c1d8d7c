import ArgumentParser
import LayerRoute

struct Solve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the best plan for an instance.",
    discussion: """
      Without further options, the first method of the instance's problem is used:

      \(solvedKinds.map { $0.usualMethod }.joined(separator: "\n"))

      On a terminal, a long solve shows its progress. Ctrl-C ends it with the best plan so far; a second Ctrl-C ends \
      it at once.

      Exit status 0: the plan is optimal or within --gap, or the method finds plans without proofs. 2: proved \
      infeasible, with a reason. 3: stopped by a limit. 70: every backend failed; the best plan so far is printed. \
      130 and 143: ended by SIGINT or SIGTERM.
      """)

  @OptionGroup var instance: InstanceOptions

  @Option(
    help: "Use this formulation: \(exportedNames.joined(separator: ", ")).",
    completion: .list(exportedNames))
  var formulation: String?

  @Option(
    help:
      "Use this backend: \(backendNames.joined(separator: ", ")); or native, the methods that build no model.",
    completion: .list(backendNames + [Origin.native]))
  var backend: String?

  @Option(
    help: "Use this method (`layerroute list` describes them): \(methodNames.joined(separator: ", ")).",
    completion: .list(methodNames))
  var method: String?

  @Option(help: MethodParameters("classes", of: solvedKinds).help()) var classes: Int?
  @Option(help: MethodParameters("seed", of: solvedKinds).help()) var seed: UInt64?
  @Option(help: MethodParameters("margin", of: solvedKinds).help()) var margin: Double?
  @Option(help: MethodParameters("rounds", of: solvedKinds).help()) var rounds: Int?

  @OptionGroup var objective: ObjectiveOptions

  @Flag(help: "Add a certificate to the best plan: numbers with which `verify` proves a bound again.")
  var certificate = false

  @Option(
    help: ArgumentHelp(
      """
      Find up to this many plans: the best ones, no two with the same hosts. With -o FILE, the others are written to \
      FILE.2, FILE.3 and so on.
      """, valueName: "count"))
  var alternatives: Int?

  @Flag(
    help: """
      Find the plans that no other plan beats in both value and number of hosts, from the best plan to the best one \
      with the fewest hosts. With -o, they are written as with --alternatives.
      """)
  var pareto = false

  @Flag(
    help: """
      Find the plans that no other plan beats in both total latency and throughput, from the least latency to the least \
      bottleneck. With -o, they are written as with --alternatives.
      """)
  var frontier = false

  @Option(help: ArgumentHelp("Stop --frontier after this many plans.", valueName: "count"))
  var points: Int?

  @OptionGroup var limits: LimitOptions

  @Option(output: "Write the plan to this file, and a summary to standard output.") var output: String?

  @Option(
    help:
      "Format of the plan or, with -o, of the summary; ranges are the layers by machine of a serving plan.")
  var format: PlanOutputFormat = .text

  func validate() throws {
    if let alternatives, alternatives < 1 {
      throw ValidationError("--alternatives is \(alternatives); it must be at least 1.")
    }
    if [pareto, alternatives != nil, frontier].count(where: { $0 }) > 1 {
      throw ValidationError(
        "--alternatives, --pareto and --frontier ask for different plans: use one of them.")
    }
    _ = try parameters(of: solvedKinds)
    if let points {
      guard frontier else { throw ValidationError("--points belongs to --frontier.") }
      guard points >= 1 else { throw ValidationError("--points is \(points); it must be at least 1.") }
    }
  }

  /// The parameters that were given, of the method with this name of some kinds.
  private func parameters(of kinds: [any AnyKind]) throws -> ParameterValues {
    var values = ParameterValues()
    let given: [(name: String, value: (any CustomStringConvertible)?)] = [
      ("classes", classes), ("seed", seed), ("margin", margin), ("rounds", rounds),
    ]
    for case (let name, let value?) in given {
      values[name] = try MethodParameters(name, of: kinds).value(value, for: method)
    }
    return values
  }

  func run() async throws {
    let document = try instance.document()
    try await run(Kinds.kind(ofInstance: document), document)
  }

  private func run<K: AnyKind>(_ kind: K, _ document: Document) async throws {
    let kind = kind.kind
    let ranking = kind.rankings.first { $0.name == rankingName }
    if let name = rankingName, ranking == nil {
      throw UsageError("the problem \(K.P.name) has no --\(name)")
    }
    if let own = ranking?.objective, let asked = objective.objective, asked != own {
      throw UsageError("--\(ranking?.name ?? "") is about the objective \(own), not \(asked)")
    }
    let instance = try kind.asking(
      ranking?.objective ?? objective.objective, of: K.P.instance(from: document))
    if let output { try OutputFile.check(output, notReplacing: [self.instance.file]) }
    if try format.own(kind) != nil, ranking != nil {
      throw UsageError("--format \(format) is for one plan: leave --\(rankingName ?? "") out")
    }
    if certificate, kind.certificateCheck != nil, output == nil, format.common == .text {
      Console.complain("the certificate is part of the plan: add -o FILE or --format json to see it")
    }
    let request = try SolveRequest(
      formulation: formulation, backend: backend, method: method, certificate: certificate,
      numerics: limits.numerics, parameters: parameters(of: [kind]))
    let budget = try limits.budget(others: [self.instance.file, output])
    let line = ProgressLine(K.P.objective(of: instance))
    let search = try PlanSearch(instance, kind, request, budget: budget) { line.note($0) }
    let answers = try await Interrupts.cancelling(timeLimit: limits.timeLimit) { [self] in
      line.end()
      let answer = search.answerSoFar()
      Console.complaining { try print(answer, kind) }
      return exitStatus(answer, kind)
    } _: { [self] in
      let best = try await search.answer()
      guard let name = rankingName else {
        return Ranking(answers: [best], isComplete: best.file.status == .optimal)
      }
      return try await kind.ranking(
        name, count: alternatives ?? points ?? .max, from: best, request, budget: budget)
    }
    line.end()
    for warning in answers.warnings + answers.answers.flatMap(\.warnings) {
      Console.complain("warning: \(warning)")
    }
    for note in answers.answers.flatMap(\.notes) { Console.complain(note) }
    try print(answers, kind)
    if let failure = answers.answers.lazy.compactMap(\.failure).first { throw failure }
    let isShort = rankingName != nil && !answers.isComplete && limits.gap <= 0
    let status = exitStatus(answers.answers[0], kind) ?? (isShort ? .limit : nil)
    if let status = Interrupts.exitStatus ?? status { throw status }
  }

  /// The ranking that was asked for; `nil` for a single plan.
  private var rankingName: String? {
    if frontier { return "frontier" }
    return pareto ? "pareto" : alternatives ?? 1 > 1 ? "alternatives" : nil
  }

  private func print<P: Problem>(_ ranking: Ranking<P>, _ kind: Kind<P>) throws {
    guard let method = kind.rankings.first(where: { $0.name == rankingName }), let format = format.common,
      ranking.answers[0].known != nil || format == .json
    else { return try print(ranking.answers[0], kind) }
    if let output {
      for (index, answer) in ranking.answers.enumerated() {
        try OutputFile.write(answer.file.json(), to: index == 0 ? output : "\(output).\(index + 1)")
      }
    }
    format.write(
      text: method.text(ranking, alternatives),
      json: [
        "complete": .boolean(ranking.isComplete), "plans": .array(ranking.answers.map(\.file.jsonValue)),
      ])
  }

  private func print<P: Problem>(_ answer: Answer<P>, _ kind: Kind<P>) throws {
    if let output { try Console.save(answer.file.json(), to: output) }
    if let own = try format.own(kind) {
      return Console.write(answer.plan.map { own.text($0, answer.instance) } ?? "")
    }
    (format.common ?? .text).write(
      text: answer.text(kind), json: output.map(answer.file.summary(writtenTo:)) ?? answer.file.jsonValue)
  }

  /// `nil` for success.
  private func exitStatus<P: Problem>(_ answer: Answer<P>, _ kind: Kind<P>) -> ExitStatus? {
    switch answer.file.status {
    case .optimal: return nil
    case .infeasible: return .infeasible
    case .unknown: return .limit
    case .feasible:
      // A method that the user named may not prove optima.
      let promise = method.flatMap { try? kind.method(named: $0).promise } ?? .exact
      return (answer.file.objective?.gap ?? 1) <= limits.gap || promise != .exact ? nil : .limit
    }
  }
}

extension AnyKind {
  /// The method without a choice, for help.
  fileprivate var usualMethod: String { "\(P.name): \(kind.methods[0].name), \(kind.methods[0].summary)." }
}

extension Answer {
  /// The answer for people: a heading of a few lines, and the plan.
  fileprivate func text(_ kind: Kind<P>) -> String {
    var lines = ["status     \(file.status.rawValue)"]
    if let report = file.objective {
      let quantity = P.objective(of: instance).quantity
      let bound = "bound \(quantity.text(report.bound)), gap \(Figures.percentage(report.gap))"
      lines.append("objective  \(report.kind) \(quantity.text(report.value)) (\(bound))")
    }
    if let reason = file.reason { lines.append("reason     \(reason)") }
    if let solver = file.solver {
      lines.append("found by   \(solver.origin.means), in \(Figures.duration(solver.seconds))")
      for count in solver.counts {
        let gap = String(repeating: " ", count: max(2, "status     ".count - count.key.count))
        lines.append(count.key + gap + Figures.digits(count.number, 15))
      }
    }
    return lines.map { "\($0)\n" }.joined() + (plan.map { kind.text($0, instance) } ?? "")
  }
}

extension Origin {
  /// The means for people: a method that builds no model, or a formulation with the backend that solved it.
  fileprivate var means: String {
    let method = method.map { "method \($0)" }
    guard backend == Origin.native else {
      return [method, formulation.map { "formulation \($0)" }, "backend \(backend)"].compactMap(\.self)
        .joined(separator: ", ")
    }
    return method ?? "native method" + (formulation.map { " (\($0))" } ?? "")
  }
}
