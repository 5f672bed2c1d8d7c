import ArgumentParser
import Networks
import Problems
import Splitting
import SplittingGenerators

struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write an instance of a family.",
    discussion: """
      chain: a toy, computing nodes in a row. two-tier: devices, edge servers and a cloud. geometric: random places in \
      a region. backbone: a real backbone with servers at a third of its places. fat-tree: a cluster. demo: four \
      camera streams through VGG-19 on NSFNET; without --seed the instance of `make demo`.

      A tightness is demand over capacity, 0 switches the coupling off. Without these options chain is not coupled, \
      two-tier and fat-tree have a memory tightness of 0.7, geometric and backbone of 0.75. docs/generating.md has the formulae.

      The instance goes to standard output, and what it amounts to to standard error.
      """)

  @Argument(help: "The family.")
  var family: Recipe.Family

  @Option(help: "The same seed gives the same instance on every machine. (default: 0)")
  var seed: UInt64?

  @OptionGroup(title: "SIZE")
  var size: SizeOptions

  @OptionGroup(title: "JOBS")
  var workload: WorkloadOptions

  @OptionGroup(title: "COUPLING")
  var coupling: CouplingOptions

  @Option(
    name: .shortAndLong, help: "Write to this file instead of standard output.",
    completion: .file(extensions: ["json"]))
  var output: String?

  @Flag(name: .shortAndLong, help: "Say nothing about the instance on standard error.")
  var quiet = false

  func run() throws {
    var recipe = Recipe(family, seed: seed)
    size.apply(to: &recipe)
    workload.apply(to: &recipe)
    coupling.apply(to: &recipe)
    try refuseWhatDoesNotApply(recipe)
    let instance = try instance(recipe)
    try Console.write(instance.json(), to: output)
    guard !quiet else { return }
    let title = family == .demo && seed == nil ? "demo" : "\(family.rawValue), seed \(seed ?? 0)"
    Console.complain(InstanceReport(instance, title: title).text)
  }

  private func instance(_ recipe: Recipe) throws(UsageError) -> Instance {
    do {
      return try recipe.instance()
    } catch {
      throw UsageError(message: error.description)
    }
  }

  /// An option is refused, never ignored.
  private func refuseWhatDoesNotApply(_ recipe: Recipe) throws(UsageError) {
    guard let parameter = recipe.misplaced else { return }
    let others = parameter.families.map(\.rawValue).joined(separator: ", ")
    throw UsageError(
      message: "\(parameter.option) does not apply to \(family.rawValue), only to \(others)")
  }
}

extension Recipe.Parameter {
  /// As `generate` spells it: edgeServers is --edge-servers.
  fileprivate var option: String {
    "\(self)".reduce(into: "--") { $0 += $1.isUppercase ? "-\($1.lowercased())" : "\($1)" }
  }
}

extension Recipe.Family: ExpressibleByArgument {}
extension Backbone: ExpressibleByArgument {}
extension Architecture: ExpressibleByArgument {}
extension WaitingPolicy: ExpressibleByArgument {}

/// How large the network is.
struct SizeOptions: ParsableArguments {
  @Option(help: "chain, geometric: nodes. (default: 4 and 20)")
  var nodes: Int?

  @Option(help: "two-tier: devices. (default: 4)")
  var devices: Int?

  @Option(help: "two-tier: edge servers. (default: 3)")
  var edgeServers: Int?

  @Option(help: "backbone: which one. (default: nsfnet)")
  var topology: Backbone?

  @Option(help: "fat-tree: ports of a switch, even; k^3/4 hosts. (default: 4)")
  var arity: Int?

  func apply(to recipe: inout Recipe) {
    recipe.nodes = nodes
    recipe.devices = devices
    recipe.edgeServers = edgeServers
    recipe.topology = topology
    recipe.arity = arity
  }
}

/// What the jobs run.
struct WorkloadOptions: ParsableArguments {
  @Option(help: "Jobs. (default: chain 1, two-tier 4, geometric 6, backbone 4, fat-tree 6)")
  var jobs: Int?

  @Option(
    help: """
      What they run; mixed draws a real one for each job. (default: chain random, two-tier mixed, geometric resnet50, \
      backbone vgg19, fat-tree vgg16)
      """)
  var dnn: Architecture?

  @Option(help: "Layers of a random DNN, blocks of a transformer. (default: 16 and 12; chain 6)")
  var layers: Int?

  @Option(help: "What is minimised. (default: total)")
  var objective: ObjectiveKind?

  func apply(to recipe: inout Recipe) {
    recipe.jobs = jobs
    recipe.dnn = dnn
    recipe.layers = layers
    recipe.objective = objective
  }
}

/// What couples the jobs.
struct CouplingOptions: ParsableArguments {
  @Option(help: "Memory of all layers of all jobs, over that of all nodes.")
  var memoryTightness: Double?

  @Option(help: "Rate times work of all jobs, over the compute rates of all nodes.")
  var computeTightness: Double?

  @Option(help: "Rate times input of all jobs, over the bandwidth of the links that leave their sources.")
  var linkTightness: Double?

  @Option(help: "Shortest latency of a job on one host, over its deadline.")
  var deadlineTightness: Double?

  @Option(
    help: "Work waiting at a server and data at a link: up to this many inferences and inputs. (default: 0)")
  var backlog: Double?

  @Option(
    help: ArgumentHelp(
      "Inferences a second of a job, on average. (default: 5 with a compute or link tightness, else 0)",
      valueName: "rate"))
  var rate: Double?

  @Option(help: "How often a job waits for a backlog. (default: visit)")
  var waiting: WaitingPolicy?

  func apply(to recipe: inout Recipe) {
    recipe.memoryTightness = memoryTightness
    recipe.computeTightness = computeTightness
    recipe.linkTightness = linkTightness
    recipe.deadlineTightness = deadlineTightness
    recipe.backlog = backlog
    recipe.rate = rate
    recipe.waiting = waiting
  }
}
