import ArgumentParser
import Foundations
import Networks
import Splitting
import SplittingGenerators

/// Batches of jobs in queues: methods against each other and the lower bound, guarantees against simulation, and how
/// schedules adapt to what jobs are like.
struct QueueStudy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "queues",
    abstract:
      "Study schedules: as jobs become more, against their guarantees, and as links and devices change.",
    discussion:
      "With -o, report.md, growth.csv and the figures are written to that folder; all of it is seeded.")

  @Option(parsing: .upToNextOption, help: "Numbers of jobs.") var jobs = [1, 2, 3, 5, 10, 20, 35, 50]
  @Option(help: "Seeds, 1 to this.") var seeds: UInt64 = 5
  @Option(help: "Orders that annealing evaluates from each of two seeds.") var steps = 1000
  @Option(
    help: "Limit of the linear program of each lower bound, and of the exact method on each small batch [s].")
  var limit = 10.0
  @Option(name: .shortAndLong, help: "The folder for the report and the figures.") var output: String?

  /// The DNNs of the study.
  private static let dnns: [Architecture] = [.vgg19, .resnet34, .transformer]

  func run() async throws {
    let report = StudyReport(folder: output)
    let growth = GrowthStudy(counts: jobs, seeds: seeds, steps: steps, limit: limit, report: report)
    for place in StudyPlace.allCases {
      for dnn in Self.dnns { try await growth.measure(place, dnn) }
    }
    try GuaranteeStudy(counts: [5, 20, 50], seeds: seeds, report: report).measure(Self.dnns)
    try AdaptivityStudy(seeds: seeds, report: report).measure(Self.dnns)
  }
}

/// Where jobs run.
enum StudyPlace: String, CaseIterable {
  case toy, backbone

  var title: String { self == .toy ? "five nodes in a row" : "NSFNET" }

  /// Beyond them, chains of twenty layers have too many plans for the exact method.
  var mostJobsOfExact: Int { self == .toy ? 3 : 2 }

  func instance(_ seed: UInt64, jobs: Int, dnn: Architecture) throws -> Instance {
    let workload = Workload(jobs: jobs, dnn: dnn)
    switch self {
    case .toy:
      var instance = try Instance.chain(seed: seed, nodes: 5, workload: workload)
      // Jobs that all lead from one end to the other would leave nothing to an order.
      var random = SplitMix64(seed: seed)
      for job in instance.jobs.indices {
        instance.jobs[job].source = random.nextIndex(below: 5)
        instance.jobs[job].target = random.nextIndex(below: 5)
      }
      return instance
    case .backbone: return try .backbone(seed: seed, workload: workload)
    }
  }
}
