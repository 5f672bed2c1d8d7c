import ArgumentParser

/// What others have measured, trained or drawn, in this program's formats.
struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Turn files of other programs into parts of an instance.",
    discussion: """
      docs/importing.md says how sizes, work and memory of a model come about, docs/importing-networks.md what is read of \
      a topology, docs/importing-profiles.md what of measurements.
      """,
    subcommands: [ImportONNX.self, ImportTopology.self, ImportProfile.self])
}
