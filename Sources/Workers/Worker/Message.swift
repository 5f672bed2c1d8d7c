import LinearModels

/// A message between a worker and its parent.
public enum Message: Sendable, Equatable {
  /// The parent asks for the identity of the worker.
  case hello
  /// The worker gives the name of its backend and the version of the library.
  case identity(name: String, version: String)
  /// The parent asks to solve a model, which is sent without labels, comments and units. The log of the options is a
  /// file descriptor of the worker.
  case solve(CompiledModel, SolveOptions)
  /// The worker reports its progress.
  case progress(SolveProgress)
  /// The worker gives the outcome.
  case solution(Solution)
  /// The worker reports that the solve broke.
  case failure(BackendError)
  /// The parent asks for an LP session, which the worker confirms with its identity. The log is a file descriptor of
  /// the worker.
  case openSession(log: Int32?)
  /// The parent changes the program of the session, and asks to solve it.
  case resolve(LinearChanges, LinearSolveOptions)
  /// The worker gives the outcome of a solve in the session.
  case linearSolution(LinearSolution)

  /// An upper bound on the payload of an answer, including the texts of errors [byte], from the size of the model.
  public static func longestAnswer(columns: Int, rows: Int) -> Int { 16 * (columns + rows) + (1 << 20) }

  /// The message as a frame, which is a header and a payload.
  ///
  /// - Complexity: linear in the size of the message.
  public func encoded() -> [UInt8] {
    var payload = ByteWriter()
    let kind = write(to: &payload)
    var frame = ByteWriter()
    FrameHeader(kind: kind, payload: payload.bytes).write(to: &frame)
    return frame.bytes + payload.bytes
  }

  init(kind: UInt16, payload: ArraySlice<UInt8>) throws(FrameError) {
    var reader = ByteReader(payload)
    switch kind {
    case 1: self = .hello
    case 2: self = .identity(name: try reader.text(), version: try reader.text())
    case 3: self = .solve(try reader.model(), try reader.options())
    case 4: self = .solution(try reader.solution())
    case 5: self = .failure(try reader.failure())
    case 6: self = .progress(try reader.progress())
    case 7: self = .openSession(log: try reader.descriptor())
    case 8: self = .resolve(try reader.changes(), try reader.linearOptions())
    case 9: self = .linearSolution(try reader.linearSolution())
    default: throw .malformed("\(kind) is not a kind of message")
    }
    guard reader.isAtEnd else { throw .malformed("there are bytes after its end") }
  }

  /// Appends the payload, and returns the number of the kind.
  private func write(to writer: inout ByteWriter) -> UInt16 {
    switch self {
    case .hello:
      return 1
    case .identity(let name, let version):
      writer.append(name)
      writer.append(version)
      return 2
    case .solve(let model, let options):
      writer.append(model: model)
      writer.append(options: options)
      return 3
    case .solution(let solution):
      writer.append(solution: solution)
      return 4
    case .failure(let error):
      writer.append(failure: error)
      return 5
    case .progress(let progress):
      writer.append(progress: progress)
      return 6
    case .openSession(let log):
      writer.append(descriptor: log)
      return 7
    case .resolve(let changes, let options):
      writer.append(changes: changes)
      writer.append(linearOptions: options)
      return 8
    case .linearSolution(let solution):
      writer.append(linearSolution: solution)
      return 9
    }
  }
}

extension ByteWriter {
  fileprivate mutating func append(model: CompiledModel) {
    let matrix = 12 * model.nonzeroCount
    reserveCapacity(matrix + 29 * model.columnCount + 9 * model.rowCount + 256 + model.name.utf8.count)
    append(model.name)
    append(array: model.columnStarts)
    append(array: model.rowIndices)
    append(array: model.coefficients)
    append(array: model.columnLower)
    append(array: model.columnUpper)
    append(array: model.isInteger.map { $0 ? UInt8(1) : 0 })
    append(array: model.objective)
    append(model.objectiveConstant)
    append(array: model.rowSenses.map(\.rawValue))
    append(array: model.rightHandSides)
  }

  fileprivate mutating func append(options: SolveOptions) {
    append(optional: options.timeLimit)
    append(options.relativeGap)
    append(optionalArray: options.start)
    append(optional: options.memoryLimit)
    append(descriptor: options.log)
    append(UInt8(options.isCautious ? 1 : 0))
  }

  fileprivate mutating func append(descriptor: Int32?) { append(descriptor ?? -1) }

  fileprivate mutating func append(progress: SolveProgress) {
    append(optionalArray: progress.values)
    append(optional: progress.objective)
    append(optional: progress.bound)
    append(Int64(progress.nodes))
  }

  fileprivate mutating func append(solution: Solution) {
    append(termination: solution.termination)
    append(optionalArray: solution.values)
    append(optional: solution.objective)
    append(optional: solution.bound)
    append(optionalArray: solution.rowDuals)
    append(optionalArray: solution.reducedCosts)
    append(Int64(solution.nodes))
    append(Int64(solution.iterations))
    append(optional: solution.peakMemory)
  }

  mutating func append(termination: Termination) {
    switch termination {
    case .optimal: append(UInt8(0))
    case .infeasible: append(UInt8(1))
    case .unbounded: append(UInt8(2))
    case .limit(let limit): append(UInt8(16) + limit.rawValue)
    }
  }

  fileprivate mutating func append(failure: BackendError) {
    let (kind, backend, detail): (UInt8, String, String) =
      switch failure {
      case .unavailable(let backend, let remedy): (0, backend, remedy)
      case .unsupported(let backend, let option): (1, backend, option)
      case .failed(let backend, let detail): (2, backend, detail)
      case .wrong(let backend, let detail): (3, backend, detail)
      }
    append(kind)
    append(backend)
    append(detail)
  }
}

extension ByteReader {
  fileprivate mutating func model() throws(FrameError) -> CompiledModel {
    let name = try text()
    let (starts, rows) = (try array(of: Int32.self), try array(of: Int32.self))
    let coefficients = try array(of: Double.self)
    let (lower, upper) = (try array(of: Double.self), try array(of: Double.self))
    let isInteger = try array(of: UInt8.self)
    guard isInteger.allSatisfy({ $0 <= 1 }) else { throw .malformed("a column's kind is unknown") }
    let objective = try array(of: Double.self)
    let constant = try double()
    let senses = try array(of: UInt8.self).map(Sense.init(rawValue:))
    guard !senses.contains(nil) else { throw .malformed("a row's sense is unknown") }
    let rightHandSides = try array(of: Double.self)
    do {
      return try CompiledModel(
        name: name, columnStarts: starts, rowIndices: rows, coefficients: coefficients,
        columnLower: lower, columnUpper: upper, isInteger: isInteger.map { $0 == 1 },
        objective: objective, objectiveConstant: constant, rowSenses: senses.compactMap(\.self),
        rightHandSides: rightHandSides)
    } catch {
      throw .malformed("\(error)")
    }
  }

  fileprivate mutating func options() throws(FrameError) -> SolveOptions {
    SolveOptions(
      timeLimit: try optionalDouble(), relativeGap: try double(), start: try optionalArray(),
      memoryLimit: try optionalDouble(), log: try descriptor(), isCautious: try flag())
  }

  fileprivate mutating func descriptor() throws(FrameError) -> Int32? {
    let number = try number(Int32.self)
    return number < 0 ? nil : number
  }

  fileprivate mutating func progress() throws(FrameError) -> SolveProgress {
    SolveProgress(
      values: try optionalArray(), objective: try optionalDouble(), bound: try optionalDouble(),
      nodes: try count())
  }

  /// Reads a count, which no solver reports beyond the integers that a double can represent.
  mutating func count() throws(FrameError) -> Int {
    let number = try number(Int64.self)
    guard (0...(1 << 53)).contains(number) else { throw .malformed("\(number) is not a count") }
    return Int(number)
  }

  fileprivate mutating func solution() throws(FrameError) -> Solution {
    Solution(
      termination: try termination(), values: try optionalArray(), objective: try optionalDouble(),
      bound: try optionalDouble(), rowDuals: try optionalArray(), reducedCosts: try optionalArray(),
      nodes: try count(), iterations: try count(), peakMemory: try optionalDouble())
  }

  mutating func termination() throws(FrameError) -> Termination {
    let code = try number(UInt8.self)
    switch code {
    case 0: return .optimal
    case 1: return .infeasible
    case 2: return .unbounded
    default:
      guard code >= 16, let limit = Termination.Limit(rawValue: code - 16) else {
        throw .malformed("\(code) is not a termination")
      }
      return .limit(limit)
    }
  }

  fileprivate mutating func failure() throws(FrameError) -> BackendError {
    let kind = try number(UInt8.self)
    let (backend, detail) = (try text(), try text())
    switch kind {
    case 0: return .unavailable(backend: backend, remedy: detail)
    case 1: return .unsupported(backend: backend, option: detail)
    case 2: return .failed(backend: backend, detail: detail)
    case 3: return .wrong(backend: backend, detail: detail)
    default: throw .malformed("\(kind) is not a kind of failure")
    }
  }
}
