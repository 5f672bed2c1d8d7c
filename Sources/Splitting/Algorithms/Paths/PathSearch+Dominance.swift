/// Which labels dominate which.
extension PathSearch {
  /// The labels with which a new one is compared on either side, those next to it by cost: fewer comparisons leave more
  /// labels, and never wrong ones.
  private static let mostCompared = 400

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
      for place in (max(0, low - Self.mostCompared)..<low).reversed() {
        let other = members[place]
        if other.latency <= row.latency && other.mask & ~mask == 0 && other.isNoMore(than: row)
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
    var (kept, place) = (low, low)
    let end = min(members.count, low + Self.mostCompared)
    while place < end {
      let other = members[place]
      let isWorse =
        row.latency <= other.latency && mask & ~other.mask == 0 && row.isNoMore(than: other)
        && usesNoMore(new, labels[Int(other.label)])
      if !isWorse {
        if kept < place { members[kept] = other }
        kept += 1
      }
      place += 1
    }
    if kept < place { members.removeSubrange(kept..<place) }
    members.insert(row, at: low)
  }

  func row(of label: Label, number: Int) -> Row {
    var mask: UInt64 = 0
    var parts = SIMD16<Float>()
    for place in Int(label.firstUse)..<Int(label.firstUse + label.useCount) {
      let use = uses[place]
      let hash = UInt64(truncatingIfNeeded: use.resource) &* 0x9e37_79b9_7f4a_7c15
      mask |= 1 << (hash >> 58)
      parts[Int(hash >> 60)] += part(use)
    }
    let capped = pointwiseMin(parts * 255, SIMD16(repeating: 255))
    return Row(
      cost: label.cost, latency: query.comparesLatency ? label.latency : 0, mask: mask,
      parts: SIMD16<UInt8>(truncatingIfNeeded: SIMD16<Int32>(capped)), label: Int32(number))
  }

  /// A use as a part of its limit.
  private func part(_ use: Use) -> Float {
    let limit: Double =
      switch resources.kind(of: Int(use.resource)) {
      case .memory(let node), .peak(let node), .held(_, let node): job.memoryLimit[job.hostOfNode[node]]
      case .load(let node): job.loadLimit[job.hostOfNode[node]]
      case .link(let link): job.linkLimit[link]
      case .run: 0
      }
    return limit > 0 && limit < .infinity ? Float(use.amount / limit) : 0
  }

  /// Adds a label that leaves the heap to its list; returns false if one there dominates it.
  mutating func settle(_ index: Int) -> Bool {
    let label = labels[index]
    let row = row(of: label, number: index)
    let list = Int(label.stage) * nodes + Int(label.host)
    let isDominated = lists[list].withUnsafeBufferPointer { members in
      members.contains { other in
        other.cost <= row.cost && other.latency <= row.latency && other.mask & ~row.mask == 0
          && other.isNoMore(than: row) && usesNoMore(labels[Int(other.label)], label)
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

extension PathSearch.Row {
  /// Whether it uses no more than another as far as the parts show.
  @inline(__always)
  fileprivate func isNoMore(than other: Self) -> Bool { all(parts .<= other.parts) }
}
