import LinearModels

/// Adds the products of the pairs that are kept, y[l,u,v] = x[l,u] x[l+1,v], with the strong linearisation:
/// sum over v of y[l,u,v] = x[l,u], and sum over u of y[l,u,v] = x[l+1,v].
///
/// Multiplying "the next layer has one host" by x[l,u] gives the first equation, the reverse the second (Adams and
/// Sherali, 1986). A pair that is left out has a y of 0.
///
/// - Returns: one y for each pair; `nil` if the pair is left out.
public func addMarginalProducts(
  of pairs: HostPairs, x: [Variable], nextX: [Variable], to model: inout LinearModel
) -> [Variable?] {
  let (job, layer) = (pairs.job, pairs.layer + 1)
  var before = [LinearExpression](repeating: LinearExpression(), count: x.count)
  var after = [LinearExpression](repeating: LinearExpression(), count: nextX.count)
  let y = pairs.all.map { pair -> Variable? in
    guard pair.isKept else { return nil }
    let y = model.addContinuous(Label("y", job, layer, pair.host, pair.nextHost))
    before[pair.position].add(1, y)
    after[pair.nextPosition].add(1, y)
    return y
  }
  for (position, host) in pairs.hosts.enumerated() {
    model.add(Label("before", job, layer, host), before[position] == x[position])
  }
  for (position, host) in pairs.nextHosts.enumerated() {
    model.add(Label("after", job, layer, host), after[position] == nextX[position])
  }
  return y
}
