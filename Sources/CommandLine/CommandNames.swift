import ArgumentParser
import LayerRoute

/// Finds a misspelt command, which the argument parser reports as an unexpected argument.
enum CommandNames {
  /// An error about the first of the arguments that should be a command's name and is none; `nil` if there is no such
  /// argument.
  static func error(in arguments: [String]) -> UsageError? {
    var configuration = LayerRouteCommand.configuration
    var path: [String] = []
    for argument in arguments {
      // Where a command has a default, any argument may be one of that.
      let mustBeName = !configuration.subcommands.isEmpty && configuration.defaultSubcommand == nil
      guard mustBeName, !argument.hasPrefix("-"), argument != "help" else { return nil }
      let commands = configuration.subcommands.map {
        (name: $0._commandName, configuration: $0.configuration)
      }
      guard let position = commands.firstIndex(where: { $0.name == argument }) else {
        let names = commands.filter(\.configuration.shouldDisplay).map(\.name)
        let hint =
          EditDistance.nearest(to: argument, among: names).map { "did you mean \"\($0)\"?" }
          ?? "there are \(names.joined(separator: ", "))"
        let name = TerminalText.quoted((path + [argument]).joined(separator: " "))
        return UsageError("there is no command \(name); \(hint)")
      }
      path.append(argument)
      configuration = commands[position].configuration
    }
    return nil
  }
}
