import ArgumentParser
import LayerRoute

/// A quantity in its base unit, finite and not negative: a number in that unit, or a number with a unit as in files.
struct Amount<Kind: AmountKind>: ExpressibleByArgument {
  let value: Double

  init?(argument: String) {
    guard let value = Kind.quantity.argument(argument), value >= Kind.least else { return nil }
    self.value = value
  }
}

protocol AmountKind {
  static var quantity: Quantity { get }
  static var least: Double { get }
}

enum MemoryLimit: AmountKind { static let (quantity, least) = (Quantity.size, Double.leastNonzeroMagnitude) }
enum ComputeRate: AmountKind { static let (quantity, least) = (Quantity.compute, 0.0) }
enum MemoryBandwidth: AmountKind {
  static let (quantity, least) = (Quantity.memoryBandwidth, Double.leastNonzeroMagnitude)
}

enum DataSize: AmountKind { static let (quantity, least) = (Quantity.size, 0.0) }
enum Delay: AmountKind { static let (quantity, least) = (Quantity.time, 0.0) }

extension Quantity {
  /// The value of a text on the command line, finite and not negative; `nil` if it is no such quantity.
  func argument(_ text: String) -> Double? {
    guard let number = Double(text) else {
      guard let reading = try? reading(of: text) else { return nil }
      if let remark = reading.remark { Console.remark(remark) }
      return reading.value
    }
    return number.isFinite && number >= 0 ? number : nil
  }
}

/// A name and a value, as `Paris=10 TFLOP/s`.
struct Named<Value: ExpressibleByArgument>: ExpressibleByArgument {
  let name: String
  let value: Value

  init?(argument: String) {
    // The value follows the last "=": names may contain others.
    guard let sign = argument.lastIndex(of: "="), sign > argument.startIndex,
      let value = Value(argument: String(argument[argument.index(after: sign)...]))
    else { return nil }
    name = String(argument[..<sign])
    self.value = value
  }
}
