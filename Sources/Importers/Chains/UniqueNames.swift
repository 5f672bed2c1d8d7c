import Foundations

/// Makes unique names that an instance accepts for layers.
struct UniqueNames {
  private var taken: Set<Name> = []
  /// The number that was last appended to each name.
  private var last: [Name: Int] = [:]

  /// The name itself, or a similar name if it is taken, empty or "*".
  mutating func unique(_ wanted: String) -> String {
    let base = wanted.isEmpty || wanted == "*" ? "layer" : wanted
    var name = base
    while !taken.insert(Name(name)).inserted {
      let number = last[Name(base), default: 1] + 1
      last[Name(base)] = number
      name = "\(base) (\(number))"
    }
    return name
  }
}
