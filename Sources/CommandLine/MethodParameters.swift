import ArgumentParser
import LayerRoute

/// The parameters of the methods of some kinds, as options of a command.
struct MethodParameters {
  /// The methods with a parameter, by name.
  private let owners: [(method: String, parameter: Parameter)]
  private let name: String

  /// The parameters called `name` of all methods of these kinds.
  init(_ name: String, of kinds: [any AnyKind]) {
    owners = kinds.flatMap { $0.parameters(named: name) }
    self.name = name
  }

  /// The help of the option.
  func help(valueName: String? = nil) -> ArgumentHelp {
    let parameter = owners[0].parameter
    let usual = parameter.usual.map { " (default: \($0))" } ?? ""
    return ArgumentHelp(
      "For \(owners.map(\.method).joined(separator: " and ")): \(parameter.help).\(usual)",
      valueName: valueName ?? String(parameter.placeholder.dropFirst().dropLast()))
  }

  /// The value of an option for a method. Throws a validation error if the method does not have the parameter, or refuses
  /// the value.
  func value(_ value: any CustomStringConvertible, for method: String?) throws -> ParameterValue {
    let parameter = try parameter(of: method)
    do throws(ParameterError) {
      return try parameter.value(of: value.description)
    } catch {
      throw ValidationError("\(parameter.option): \(error).")
    }
  }

  /// The parameter of a method.
  func parameter(of method: String?) throws -> Parameter {
    if let owner = owners.first(where: { $0.method == method }) { return owner.parameter }
    guard let option = owners.first?.parameter.option else {
      throw ValidationError("--\(name) is for methods of other problems.")
    }
    let methods = owners.map(\.method).joined(separator: " and ")
    guard let method else { throw ValidationError("\(option) is for --method \(methods).") }
    throw ValidationError("\(option) is for --method \(methods), and means nothing to \(method).")
  }
}

extension AnyKind {
  fileprivate func parameters(named name: String) -> [(method: String, parameter: Parameter)] {
    kind.methods.compactMap { method in
      method.parameters.first { $0.name == name }.map { (method.name, $0) }
    }
  }
}
