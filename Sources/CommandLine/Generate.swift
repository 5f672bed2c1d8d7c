import ArgumentParser
import Instances

struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write an instance of a family.",
    discussion: """
      demo: four camera streams through VGG-19 on the 14-node NSFNET backbone, coupled by the memory of five \
      computing nodes. Without --seed the instance of `make demo`; with it one like it with other places, speeds and \
      memories.
      """)

  enum Family: String, ExpressibleByArgument, CaseIterable { case demo }

  @Argument(help: "The family.")
  var family: Family

  @Option(help: "The same seed gives the same instance.")
  var seed: UInt64?

  @Option(
    name: .shortAndLong, help: "Write to this file instead of standard output.",
    completion: .file(extensions: ["json"]))
  var output: String?

  func run() throws {
    let instance =
      switch family {
      case .demo: seed.map(Instance.demo(seed:)) ?? Instance.demo()
      }
    try Console.write(instance.json(), to: output)
  }
}
