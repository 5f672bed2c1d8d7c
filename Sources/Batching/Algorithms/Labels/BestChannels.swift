/// For a group of users of equal value, the shortest uploads of m of them if one of their deadlines is the tightest.
///
/// For each m there is a list of the deadlines worth considering, ascending: a tighter deadline is kept only if it admits
/// users with shorter uploads.
struct BestChannels {
  /// A choice of m users.
  struct Choice {
    /// The tightest of their deadlines, or an earlier one [s].
    let deadline: Double
    /// The time of their uploads together [s].
    let upload: Double
  }

  /// The choices of 0, 1, 2, ... users; the first list is empty.
  private(set) var choices: [[Choice]]

  /// The choices of at most `most` of the users with these uploads and deadlines.
  /// - Complexity: O(g (g + D)) for g users with D different deadlines.
  init(uploads: [Double], deadlines: [Double], most: Int) {
    let most = min(most, uploads.count)
    choices = Array(repeating: [], count: most + 1)
    let order = uploads.indices.sorted { (deadlines[$0], uploads[$1]) > (deadlines[$1], uploads[$0]) }
    var shortest: [Double] = []
    for (place, user) in order.enumerated() {
      let upload = uploads[user]
      shortest.insert(upload, at: shortest.firstIndex { $0 > upload } ?? shortest.count)
      let isLastOfDeadline = place + 1 == order.count || deadlines[order[place + 1]] < deadlines[user]
      guard isLastOfDeadline else { continue }
      if shortest.count > most { shortest.removeLast(shortest.count - most) }
      var sum = 0.0
      for (index, upload) in shortest.enumerated() {
        sum += upload
        if sum < choices[index + 1].last?.upload ?? .infinity {
          choices[index + 1].append(Choice(deadline: deadlines[user], upload: sum))
        }
      }
    }
    for count in choices.indices { choices[count].reverse() }
  }

  /// Those of the users that can be among the best `most` for some deadline: fewer than `most` others have a shorter
  /// upload and a deadline that is no earlier.
  /// - Complexity: O(g (log g + most)) for g users.
  static func useful(_ users: [Int], uploads: [Double], deadlines: [Double], most: Int) -> [Int] {
    guard users.count > most else { return users }
    let order = users.sorted { (deadlines[$0], uploads[$1]) > (deadlines[$1], uploads[$0]) }
    // The shortest uploads of the users so far, sorted.
    var shortest: [Double] = []
    return order.filter { user in
      guard shortest.count < most || uploads[user] < shortest.last ?? 0 else { return false }
      var (low, high) = (0, shortest.count)
      while low < high {
        let middle = (low + high) / 2
        if shortest[middle] <= uploads[user] { low = middle + 1 } else { high = middle }
      }
      shortest.insert(uploads[user], at: low)
      if shortest.count > most { shortest.removeLast() }
      return true
    }.sorted()
  }
}
