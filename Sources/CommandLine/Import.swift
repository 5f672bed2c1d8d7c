import ArgumentParser

/// Converts files of other programs to the formats of this one.
struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Convert files of other programs to parts of an instance.",
    discussion: """
      docs/importing.md explains how the sizes, the work and the memory of a model are computed. \
      docs/importing-networks.md says what is read from a topology, docs/importing-profiles.md what from measurements.
      """,
    subcommands: [ImportONNX.self, ImportTopology.self, ImportProfile.self])
}
