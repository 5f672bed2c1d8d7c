/// A column of a ``LinearModel``.
public struct Variable: Hashable, Sendable, LinearTerm {
  /// The index of the column, in the order of addition.
  public let column: Int

  public var expression: LinearExpression { LinearExpression(self) }
}

/// A sum of variables with coefficients, and a constant. An expression reads like the mathematics: `3 * x + y - 2`. In
/// a hot loop, `add(_:_:)` appends a term without a temporary expression.
public struct LinearExpression: Sendable, LinearTerm {
  /// A coefficient times a variable.
  public struct Term: Sendable {
    public let coefficient: Double
    public let variable: Variable

    /// Makes a term from its parts.
    public init(coefficient: Double, variable: Variable) {
      self.coefficient = coefficient
      self.variable = variable
    }
  }

  /// The terms in the order of addition; several may have the same variable.
  public private(set) var terms: [Term] = []
  /// The constant.
  public var constant: Double

  /// An expression that is a constant.
  public init(_ constant: Double = 0) { self.constant = constant }

  public var expression: LinearExpression { self }

  /// An expression that is a variable.
  public init(_ variable: Variable) {
    self.init()
    add(1, variable)
  }

  /// Adds `coefficient * variable`. A variable may be added more than once.
  /// - Complexity: amortised O(1).
  public mutating func add(_ coefficient: Double, _ variable: Variable) {
    terms.append(Term(coefficient: coefficient, variable: variable))
  }

  /// Adds `factor * other`.
  /// - Complexity: linear in the number of terms of `other`, unless the storage has to grow.
  public mutating func add(_ factor: Double, _ other: LinearExpression) {
    terms += other.terms.lazy.map { Term(coefficient: factor * $0.coefficient, variable: $0.variable) }
    constant += factor * other.constant
  }
}

/// An operand of linear expressions: a variable, a number or an expression.
public protocol LinearTerm {
  /// The operand as an expression.
  var expression: LinearExpression { get }
}

extension Double: LinearTerm {
  public var expression: LinearExpression { LinearExpression(self) }
}

/// The sum of two operands.
public func + (left: some LinearTerm, right: some LinearTerm) -> LinearExpression {
  var sum = left.expression
  sum += right
  return sum
}

/// The difference of two operands.
public func - (left: some LinearTerm, right: some LinearTerm) -> LinearExpression {
  var difference = left.expression
  difference -= right
  return difference
}

/// The product of a number and an operand.
public func * (factor: Double, term: some LinearTerm) -> LinearExpression {
  var product = LinearExpression()
  product.add(factor, term.expression)
  return product
}

/// Adds an operand to an expression.
public func += (left: inout LinearExpression, right: some LinearTerm) { left.add(1, right.expression) }

/// Subtracts an operand from an expression.
public func -= (left: inout LinearExpression, right: some LinearTerm) { left.add(-1, right.expression) }

/// The sum of `term(element)` over the elements of a sequence.
/// - Complexity: linear in the number of all terms.
public func sum<Elements: Sequence>(
  over elements: Elements, _ term: (Elements.Element) -> some LinearTerm
) -> LinearExpression {
  elements.reduce(into: LinearExpression()) { $0 += term($1) }
}

/// A row of a model: an expression, a relation, and a right-hand side.
public struct Constraint: Sendable {
  /// The left side minus the right side. Its constant is the negated right-hand side of the row.
  let difference: LinearExpression
  let sense: Sense
}

/// The constraint that an operand is at most another.
public func <= (left: some LinearTerm, right: some LinearTerm) -> Constraint {
  Constraint(difference: left - right, sense: .lessOrEqual)
}

/// The constraint that an operand is at least another.
public func >= (left: some LinearTerm, right: some LinearTerm) -> Constraint {
  Constraint(difference: left - right, sense: .greaterOrEqual)
}

/// The constraint that two operands are equal.
public func == (left: some LinearTerm, right: some LinearTerm) -> Constraint {
  Constraint(difference: left - right, sense: .equal)
}
