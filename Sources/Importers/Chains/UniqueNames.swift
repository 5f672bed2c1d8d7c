import Foundations

/// Makes unique names by appending numbers.
struct UniqueNames {
  var taken: Set<Name> = []
  /// The number that was last appended to each name.
  var last: [Name: Int] = [:]

  /// The name itself, or the name with a number if it is taken.
  mutating func unique(_ wanted: String) -> String {
    var name = wanted
    while !taken.insert(Name(name)).inserted {
      let number = last[Name(wanted), default: 1] + 1
      last[Name(wanted)] = number
      name = "\(wanted) (\(number))"
    }
    return name
  }
}

extension Sequence where Element: Hashable {
  /// The elements in their order, each once.
  func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
