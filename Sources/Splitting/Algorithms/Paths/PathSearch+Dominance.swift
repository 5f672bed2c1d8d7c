/// Which labels dominate which.
extension PathSearch {
  /// Adds a label with the uses in `scratch`: to the heap, or to the table of its stage and host unless one there
  /// dominates it.
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
    let place = Int(label.stage) * nodes + Int(label.host)
    var table = DominanceTable()
    swap(&table, &tables[place])
    defer { swap(&table, &tables[place]) }
    if table.dominates(row, { usesNoMore(labels[Int($0)], new) }) {
      uses.removeLast(scratch.count)
      return
    }
    labels.append(new)
    table.insert(row) { usesNoMore(new, labels[Int($0)]) }
  }

  private func row(of label: Label, number: Int) -> DominanceTable.Row {
    var mask: UInt64 = 0
    var parts = SIMD16<Float>()
    for place in Int(label.firstUse)..<Int(label.firstUse + label.useCount) {
      let use = uses[place]
      let hash = UInt64(truncatingIfNeeded: use.resource) &* 0x9e37_79b9_7f4a_7c15
      mask |= 1 << (hash >> 58)
      parts[Int(hash >> 60)] += part(use)
    }
    let capped = pointwiseMin(parts * 255, SIMD16(repeating: 255))
    return DominanceTable.Row(
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

  /// Adds a label that leaves the heap to its table; returns false if one there dominates it.
  mutating func settle(_ index: Int) -> Bool {
    let label = labels[index]
    let row = row(of: label, number: index)
    let place = Int(label.stage) * nodes + Int(label.host)
    if tables[place].dominates(row, { usesNoMore(labels[Int($0)], label) }) { return false }
    // Labels that it dominates have been followed already.
    tables[place].insert(row)
    return true
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
