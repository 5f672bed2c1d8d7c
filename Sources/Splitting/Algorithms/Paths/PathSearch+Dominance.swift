/// Which labels dominate which.
extension PathSearch {
  /// Adds a label with the uses in `scratch`: to the heap, or to the list of its stage and host unless one there dominates
  /// it.
  mutating func add(_ label: Label, bound: Double, _ ordered: Bool) {
    var new = label
    (new.firstUse, new.useCount) = (Int32(uses.count), Int32(scratch.count))
    uses.append(contentsOf: scratch)
    if ordered {
      // Most labels never leave the heap, so that the comparison waits until then.
      labels.append(new)
      heap.push(key: bound, label: labels.count - 1)
      return
    }
    let row = row(of: new, number: labels.count)
    let mask = row.mask
    let list = Int(label.stage) * nodes + Int(label.host)
    var members: [Row] = []
    swap(&members, &lists[list])
    defer { swap(&members, &lists[list]) }
    // Sorted by cost: only what stands before can dominate, and only what stands behind be dominated.
    var (low, high) = (0, members.count)
    while low < high {
      let middle = (low + high) / 2
      if members[middle].cost <= row.cost { low = middle + 1 } else { high = middle }
    }
    let isDominated = members.withUnsafeBufferPointer { members in
      for place in (0..<low).reversed() {
        let other = members[place]
        if other.latency <= row.latency && other.mask & ~mask == 0
          && usesNoMore(labels[Int(other.label)], new)
        {
          return true
        }
      }
      return false
    }
    if isDominated {
      uses.removeLast(scratch.count)
      return
    }
    labels.append(new)
    var kept = low
    for place in low..<members.count {
      let other = members[place]
      if row.latency <= other.latency && mask & ~other.mask == 0 && usesNoMore(new, labels[Int(other.label)])
      {
        continue
      }
      members[kept] = other
      kept += 1
    }
    members.removeLast(members.count - kept)
    members.insert(row, at: low)
  }

  func row(of label: Label, number: Int) -> Row {
    var mask: UInt64 = 0
    for place in Int(label.firstUse)..<Int(label.firstUse + label.useCount) {
      mask |= 1 << (UInt64(truncatingIfNeeded: uses[place].resource) &* 0x9e37_79b9_7f4a_7c15 >> 58)
    }
    return Row(
      cost: label.cost, latency: query.comparesLatency ? label.latency : 0, mask: mask, label: Int32(number))
  }

  /// Adds a label that leaves the heap to its list; returns false if one there dominates it.
  mutating func settle(_ index: Int) -> Bool {
    let label = labels[index]
    let row = row(of: label, number: index)
    let list = Int(label.stage) * nodes + Int(label.host)
    let isDominated = lists[list].withUnsafeBufferPointer { members in
      members.contains { other in
        other.cost <= row.cost && other.latency <= row.latency && other.mask & ~row.mask == 0
          && usesNoMore(labels[Int(other.label)], label)
      }
    }
    if !isDominated { lists[list].append(row) }
    return !isDominated
  }

  /// Whether a label used no more of anything than another.
  func usesNoMore(_ left: Label, _ right: Label) -> Bool {
    uses.withUnsafeBufferPointer { uses in
      var place = Int(right.firstUse)
      let end = Int(right.firstUse + right.useCount)
      for index in Int(left.firstUse)..<Int(left.firstUse + left.useCount) {
        let use = uses[index]
        while place < end && uses[place].resource < use.resource { place += 1 }
        if place == end || uses[place].resource > use.resource || uses[place].amount < use.amount {
          return false
        }
      }
      return true
    }
  }
}
