/// A column of a ``LinearModel``.
public struct Variable: Hashable, Sendable {
  /// Its index, in the order of addition.
  public let column: Int
}

/// A sum of variables with coefficients, and a constant.
///
/// Reads like the mathematics: `3 * x + y - 2`. In a hot loop `add(_:_:)` appends a term without a temporary.
public struct LinearExpression: Sendable {
  public struct Term: Sendable {
    public let coefficient: Double
    public let variable: Variable

    public init(coefficient: Double, variable: Variable) {
      self.coefficient = coefficient
      self.variable = variable
    }
  }

  public private(set) var terms: [Term] = []
  public var constant: Double

  public init(_ constant: Double = 0) { self.constant = constant }

  public init(_ variable: Variable) {
    self.constant = 0
    add(1, variable)
  }

  /// Adds `coefficient * variable`; a variable may be added more than once.
  public mutating func add(_ coefficient: Double, _ variable: Variable) {
    terms.append(Term(coefficient: coefficient, variable: variable))
  }

  /// Adds `factor * other`.
  public mutating func add(_ factor: Double, _ other: LinearExpression) {
    terms.reserveCapacity(terms.count + other.terms.count)
    for term in other.terms { add(factor * term.coefficient, term.variable) }
    constant += factor * other.constant
  }
}

/// What can stand in a linear expression: a variable, a number, an expression.
public protocol LinearTerm {
  var expression: LinearExpression { get }
}

extension Variable: LinearTerm {
  public var expression: LinearExpression { LinearExpression(self) }
}

extension Double: LinearTerm {
  public var expression: LinearExpression { LinearExpression(self) }
}

extension LinearExpression: LinearTerm {
  public var expression: LinearExpression { self }
}

public func + (left: some LinearTerm, right: some LinearTerm) -> LinearExpression {
  var sum = left.expression
  sum.add(1, right.expression)
  return sum
}

public func - (left: some LinearTerm, right: some LinearTerm) -> LinearExpression {
  var difference = left.expression
  difference.add(-1, right.expression)
  return difference
}

public func * (factor: Double, term: some LinearTerm) -> LinearExpression {
  var product = LinearExpression()
  product.add(factor, term.expression)
  return product
}

public func += (left: inout LinearExpression, right: some LinearTerm) {
  left.add(1, right.expression)
}

public func -= (left: inout LinearExpression, right: some LinearTerm) {
  left.add(-1, right.expression)
}

/// The sum of `term(element)` over a sequence.
public func sum<Elements: Sequence>(
  over elements: Elements, _ term: (Elements.Element) -> some LinearTerm
) -> LinearExpression {
  var total = LinearExpression()
  for element in elements { total += term(element) }
  return total
}

/// A row of a model: an expression, a relation, and a right-hand side.
public struct Constraint: Sendable {
  /// Everything moved to the left; the right-hand side is minus its constant.
  let difference: LinearExpression
  let sense: Sense
}

public func <= (left: some LinearTerm, right: some LinearTerm) -> Constraint {
  Constraint(difference: left - right, sense: .lessOrEqual)
}

public func >= (left: some LinearTerm, right: some LinearTerm) -> Constraint {
  Constraint(difference: left - right, sense: .greaterOrEqual)
}

public func == (left: some LinearTerm, right: some LinearTerm) -> Constraint {
  Constraint(difference: left - right, sense: .equal)
}
