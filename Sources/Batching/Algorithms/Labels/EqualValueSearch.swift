import Batching
import Foundations

/// The largest batch of users of equal value, by labels from the last block to the first.
///
/// A label (b, U, R) stands for b tasks that get past a block, with uploads of U seconds at the whole bandwidth, which
/// meet their deadlines if everything before takes until R at most. A group of users of one exit adds the m of them with the
/// shortest uploads that meet the tightest deadline; block n takes d_n(b) off R. For each b only the labels count that no
/// other beats both in U and in R: a front, sorted by both.
///
/// - Complexity: O(L G + C) label steps for L labels, groups of at most G users and C choices of ``BestChannels`` for each
///   batch size; the memory of all labels.
struct EqualValueSearch {
  /// The size of a label, with 32-bit positions, which suffice for the labels that fit into memory [byte].
  static let bytesOfLabel = Double(MemoryLayout<Label>.stride)

  private struct Label {
    var upload: Double
    var latest: Double
    /// The tightest deadline in force when the group was added [s].
    var tightest: Double
    /// The position of the label before in the labels of the stage before.
    var parent: Int32
    /// The number of users of the group.
    var taken: Int32
  }

  /// The labels after a group: those of batch size b are `starts[b] ..< starts[b + 1]`.
  private struct Stage {
    var labels: [Label]
    var starts: [Int]
  }

  private let tasks: TaskGroups
  private let groups: [TaskGroups.Group]
  private let mostLabels: Int
  private var stages: [Stage]
  /// Whether the search came to its end.
  private(set) var isComplete = false

  /// Users in larger groups are divided, because the choices of a group take memory that grows with its square.
  private static let largestGroup = 512

  /// A search that ends if there are more labels than `mostLabels`.
  init(_ tasks: TaskGroups, mostLabels: Int) {
    self.tasks = tasks
    self.mostLabels = mostLabels
    groups = tasks.groups(ofAtMost: Self.largestGroup) { block, users in
      BestChannels.useful(
        users, uploads: tasks.limits.uploads, deadlines: tasks.limits.deadlines,
        most: tasks.limits.largest[block])
    }
    let empty = Label(upload: 0, latest: .infinity, tightest: .infinity, parent: -1, taken: 0)
    stages = [Stage(labels: [empty], starts: [0, 1])]
  }

  /// Searches until the end or a limit.
  mutating func run(_ isExhausted: () -> Bool) {
    var count = 0
    for group in groups {
      guard let stage = stage(after: stages[stages.count - 1], group, isExhausted) else { return }
      stages.append(stage)
      count += stage.labels.count
      if count > mostLabels { return }
    }
    isComplete = true
  }

  /// The users of the largest batch so far: every label can be completed without further users.
  var largestBatch: [Int] {
    let stage = stages[stages.count - 1]
    guard var position = stage.starts.dropLast().last(where: { $0 < stage.labels.count }) else { return [] }
    var users: [Int] = []
    for (stage, group) in zip(stages.dropFirst(), groups).reversed() {
      let label = stage.labels[position]
      position = Int(label.parent)
      let eligible = group.tasks.filter { tasks.limits.deadlines[$0] >= label.tightest }
      let shortest = eligible.sorted { tasks.limits.uploads[$0] < tasks.limits.uploads[$1] }
      users += shortest.prefix(Int(label.taken))
    }
    return users
  }

  /// `nil` if a limit struck.
  private func stage(
    after last: Stage, _ group: TaskGroups.Group, _ isExhausted: () -> Bool
  ) -> Stage? {
    let limits = tasks.limits
    let most = limits.largest[group.block]
    let channels = BestChannels(
      uploads: group.tasks.map { limits.uploads[$0] }, deadlines: group.tasks.map { limits.deadlines[$0] },
      most: most)
    let sizes = last.starts.count - 1
    var stage = Stage(labels: [], starts: [0])
    var (front, merged, added) = ([Label](), [Label](), [Label]())
    for batch in 0...min(most, sizes - 1 + channels.choices.count - 1) {
      if isExhausted() { return nil }
      front.removeAll(keepingCapacity: true)
      for taken in max(0, batch - sizes + 1)...min(batch, channels.choices.count - 1) {
        let source = last.starts[batch - taken]..<last.starts[batch - taken + 1]
        guard !source.isEmpty else { continue }
        if taken == 0 {
          for position in source {
            let label = last.labels[position]
            added.append(
              Label(
                upload: label.upload, latest: label.latest, tightest: label.latest,
                parent: Int32(position), taken: 0))
          }
        } else {
          Self.extend(last.labels, source, by: taken, channels.choices[taken], into: &added)
        }
        Self.merge(front, added, into: &merged)
        swap(&front, &merged)
        added.removeAll(keepingCapacity: true)
      }
      append(front, batch, group, to: &stage)
    }
    return stage
  }

  /// Adds a number of users to the labels of a front, in ascending order of uploads.
  ///
  /// A label whose R is at most a choice's deadline keeps its R, and takes the choice of the shortest upload. Of the labels
  /// with a larger R the first one suffices, because all of them get the choice's deadline.
  private static func extend(
    _ labels: [Label], _ source: Range<Int>, by taken: Int, _ choices: [BestChannels.Choice],
    into added: inout [Label]
  ) {
    var choice = 0
    for position in source {
      let label = labels[position]
      func add(_ choice: BestChannels.Choice, _ tightest: Double) {
        added.append(
          Label(
            upload: label.upload + choice.upload, latest: tightest, tightest: tightest,
            parent: Int32(position), taken: Int32(taken)))
      }
      // These deadlines lie between the R of the label before and that of this one.
      while choice < choices.count, choices[choice].deadline < label.latest {
        add(choices[choice], choices[choice].deadline)
        choice += 1
      }
      if choice < choices.count { add(choices[choice], label.latest) }
    }
  }

  /// The labels of two lists, sorted by uploads, that no other beats both in U and R.
  private static func merge(_ left: [Label], _ right: [Label], into merged: inout [Label]) {
    merged.removeAll(keepingCapacity: true)
    var (i, j, latest) = (0, 0, -Double.infinity)
    while i < left.count || j < right.count {
      let takesLeft =
        j == right.count
        || i < left.count
          && (left[i].upload, -left[i].latest) <= (right[j].upload, -right[j].latest)
      let label = takesLeft ? left[i] : right[j]
      if takesLeft { i += 1 } else { j += 1 }
      guard label.latest > latest else { continue }
      latest = label.latest
      merged.append(label)
    }
  }

  /// Appends the labels of a batch size that can be completed, after the block if the group is its last.
  private func append(_ front: [Label], _ batch: Int, _ group: TaskGroups.Group, to stage: inout Stage) {
    let limits = tasks.limits
    let own = group.isLastOfBlock ? tasks.seconds[group.block][batch] : 0
    let before = tasks.before[group.block + (group.isLastOfBlock ? 0 : 1)][batch]
    for label in front {
      var label = label
      label.latest -= own
      let window = tasks.window ?? label.upload
      if label.upload <= limits.fullWindow ?? .infinity, label.latest - before >= window || batch == 0 {
        stage.labels.append(label)
      }
    }
    stage.starts.append(stage.labels.count)
  }
}
