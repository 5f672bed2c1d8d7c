import ServingFlows

/// A proof that no plan has a value F where links bind.
///
/// If L - 1 patterns and one of several machines weigh more than all machines can give, then a plan of value F passes
/// every layer in one machine alone. Such a single file has consecutive links that all carry F, so that its machines lie
/// in one component of these links, and each passes F. If the machines of no component hold L layers, F is excluded.
struct SingleFileProof {
  let holds: Bool

  init(_ types: MachineTypes, prices: [Double], links: LinkTable, layers: Int) {
    let value = links.value
    let single = LeastPattern(types, prices: prices, value: value).lowerBound
    let several = LeastPattern(types, prices: prices, value: value, leastMachines: 2).lowerBound
    let need = ((Double(layers - 1) * single).nextDown + several).nextDown
    guard single < .infinity, PatternProof.slack(types, prices, need: need) < 0 else {
      holds = false
      return
    }
    var longest = [Int](repeating: 0, count: types.typeCount)
    for item in 0..<types.itemCount where types.itemRate[item] >= value {
      longest[types.itemType[item]] = max(longest[types.itemType[item]], types.itemHeld[item])
    }
    let able = types.typeOfMachine.indices.filter {
      types.typeOfMachine[$0] >= 0 && longest[types.typeOfMachine[$0]] > 0
    }
    let component = links.components(of: able)
    var held = [Int](repeating: 0, count: types.typeOfMachine.count)
    for machine in able { held[component[machine]] += longest[types.typeOfMachine[machine]] }
    holds = !held.contains { $0 >= layers }
  }
}
