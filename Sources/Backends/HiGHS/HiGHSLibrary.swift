import Foundations
import LinearModels

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The functions of HiGHS that the backend calls, in the library that was opened.
///
/// The types are those of the C interface (`highs_c_api.h`) from version 1.9 on, in which `HighsInt` has 4 bytes.
struct HiGHSLibrary {
  /// An instance of the solver: a model, its options and its solution (`void* highs`).
  typealias Handle = UnsafeMutableRawPointer
  /// What a callback reads, through ``callbackItem`` alone, because the layout differs between versions.
  typealias CallbackData = UnsafeRawPointer
  /// A function that the solver calls: the kind of call, a message, data, the flag by which the solve is interrupted,
  /// which is the first field of a structure, and the caller's own pointer.
  typealias Callback =
    @convention(c) (
      _ kind: Int32, _ message: UnsafePointer<CChar>?, _ data: CallbackData?,
      _ interrupt: UnsafeMutablePointer<Int32>?, _ context: UnsafeMutableRawPointer?
    ) -> Void

  let versionText: @convention(c) () -> UnsafePointer<CChar>?
  let integerSize: @convention(c) (Handle) -> Int32
  let create: @convention(c) () -> Handle?
  let destroy: @convention(c) (Handle) -> Void

  let setFlag: @convention(c) (Handle, UnsafePointer<CChar>, Int32) -> Int32
  let setCount: @convention(c) (Handle, UnsafePointer<CChar>, Int32) -> Int32
  let setNumber: @convention(c) (Handle, UnsafePointer<CChar>, Double) -> Int32
  let setText: @convention(c) (Handle, UnsafePointer<CChar>, UnsafePointer<CChar>) -> Int32

  let passModel:
    @convention(c) (
      _ highs: Handle, _ columns: Int32, _ rows: Int32, _ nonzeros: Int32, _ hessianNonzeros: Int32,
      _ matrixFormat: Int32, _ hessianFormat: Int32, _ sense: Int32, _ constant: Double,
      _ costs: UnsafePointer<Double>, _ columnLower: UnsafePointer<Double>,
      _ columnUpper: UnsafePointer<Double>, _ rowLower: UnsafePointer<Double>,
      _ rowUpper: UnsafePointer<Double>, _ starts: UnsafePointer<Int32>, _ indices: UnsafePointer<Int32>,
      _ coefficients: UnsafePointer<Double>, _ hessianStarts: UnsafePointer<Int32>?,
      _ hessianIndices: UnsafePointer<Int32>?, _ hessianValues: UnsafePointer<Double>?,
      _ integrality: UnsafePointer<Int32>?
    ) -> Int32
  let setSolution:
    @convention(c) (
      _ highs: Handle, _ columnValues: UnsafePointer<Double>?, _ rowValues: UnsafePointer<Double>?,
      _ columnDuals: UnsafePointer<Double>?, _ rowDuals: UnsafePointer<Double>?
    ) -> Int32
  let setCallback: @convention(c) (Handle, Callback?, UnsafeMutableRawPointer?) -> Int32
  let startCallback: @convention(c) (Handle, Int32) -> Int32
  let callbackItem: @convention(c) (CallbackData, UnsafePointer<CChar>) -> UnsafeRawPointer?

  let addRows:
    @convention(c) (
      _ highs: Handle, _ rows: Int32, _ lower: UnsafePointer<Double>, _ upper: UnsafePointer<Double>,
      _ nonzeros: Int32, _ starts: UnsafePointer<Int32>, _ indices: UnsafePointer<Int32>,
      _ coefficients: UnsafePointer<Double>
    ) -> Int32
  let addColumns:
    @convention(c) (
      _ highs: Handle, _ columns: Int32, _ costs: UnsafePointer<Double>, _ lower: UnsafePointer<Double>,
      _ upper: UnsafePointer<Double>, _ nonzeros: Int32, _ starts: UnsafePointer<Int32>,
      _ indices: UnsafePointer<Int32>, _ coefficients: UnsafePointer<Double>
    ) -> Int32
  let setColumnBounds: @convention(c) (Handle, Int32, _ lower: Double, _ upper: Double) -> Int32
  let setRowBounds: @convention(c) (Handle, Int32, _ lower: Double, _ upper: Double) -> Int32
  let setColumnCost: @convention(c) (Handle, Int32, _ cost: Double) -> Int32
  let basis:
    @convention(c) (
      _ highs: Handle, _ columns: UnsafeMutablePointer<Int32>, _ rows: UnsafeMutablePointer<Int32>
    ) -> Int32
  let setBasis:
    @convention(c) (_ highs: Handle, _ columns: UnsafePointer<Int32>, _ rows: UnsafePointer<Int32>) -> Int32
  let dualRay:
    @convention(c) (
      _ highs: Handle, _ hasRay: UnsafeMutablePointer<Int32>, _ ray: UnsafeMutablePointer<Double>
    ) -> Int32
  let zeroClocks: @convention(c) (Handle) -> Int32

  let run: @convention(c) (Handle) -> Int32
  let modelStatus: @convention(c) (Handle) -> Int32
  let solution:
    @convention(c) (
      _ highs: Handle, _ columnValues: UnsafeMutablePointer<Double>,
      _ columnDuals: UnsafeMutablePointer<Double>, _ rowValues: UnsafeMutablePointer<Double>,
      _ rowDuals: UnsafeMutablePointer<Double>
    ) -> Int32
  let countInfo: @convention(c) (Handle, UnsafePointer<CChar>, UnsafeMutablePointer<Int32>) -> Int32
  let longCountInfo: @convention(c) (Handle, UnsafePointer<CChar>, UnsafeMutablePointer<Int64>) -> Int32
  let numberInfo: @convention(c) (Handle, UnsafePointer<CChar>, UnsafeMutablePointer<Double>) -> Int32

  /// Sets an option; returns 0 if the library takes it.
  func set(_ handle: Handle, _ name: String, _ value: HiGHSSettings.Value) -> Int32 {
    switch value {
    case .flag(let flag): setFlag(handle, name, flag ? 1 : 0)
    case .count(let count): setCount(handle, name, count)
    case .number(let number): setNumber(handle, name, number)
    case .text(let text): setText(handle, name, text)
    }
  }

  /// Sets an option without which HiGHS is not to be used.
  /// - Throws: ``/LinearModels/BackendError/failed(backend:detail:)`` if HiGHS refuses it.
  func require(_ handle: Handle, _ name: String, _ value: HiGHSSettings.Value) throws(BackendError) {
    guard set(handle, name, value) == 0 else {
      throw .failed(backend: HiGHSBackend.name, detail: "HiGHS \(version) refuses \(name) = \(value)")
    }
  }

  /// The version, for example "1.15.1".
  var version: String { versionText().map { String(cString: $0) } ?? "" }
}

/// Pointers to functions of a library that stays open never change.
extension HiGHSLibrary: @unchecked Sendable {}

extension HiGHSLibrary {
  /// The library of this process, which is looked for once, at the first use.
  static let shared: Result<HiGHSLibrary, BackendError> = Result { () throws(BackendError) in
    try HiGHSLibrary(at: HiGHSLocation(requested: HiGHSLocation.environment, program: RunningProgram.path()))
  }

  /// Opens the first library that is there.
  /// - Throws: ``/LinearModels/BackendError/unavailable(backend:remedy:)`` if there is none, or if it is not usable.
  init(at location: HiGHSLocation) throws(BackendError) {
    if let requested = location.requested, !requested.hasPrefix("/") {
      throw .unavailable(
        backend: HiGHSBackend.name,
        remedy: "\(HiGHSLocation.variable) is \"\(requested)\", which is not an absolute path")
    }
    for path in location.candidates {
      if let file = dlopen(path, RTLD_NOW | RTLD_LOCAL) {
        self = try HiGHSLibrary(symbols: Symbols(file: file, path: path))
        try checkIntegers(path)
        return
      }
      // The loader's words matter where a file is there that it cannot load, or one that was asked for.
      let reason = dlerror().map { String(cString: $0) } ?? "it cannot be loaded"
      if location.requested != nil || path.hasPrefix("/") && access(path, F_OK) == 0 {
        throw .unavailable(backend: HiGHSBackend.name, remedy: "\(reason); \(HiGHSBackend.remedy)")
      }
    }
    throw .unavailable(backend: HiGHSBackend.name, remedy: HiGHSBackend.remedy)
  }

  /// Refuses a build whose integers have 8 bytes, to which every array of indices would be garbage.
  private func checkIntegers(_ path: String) throws(BackendError) {
    guard let handle = create() else { return }
    defer { destroy(handle) }
    let size = integerSize(handle)
    guard size == 4 else {
      throw .unavailable(
        backend: HiGHSBackend.name,
        remedy: "\(path) (HiGHS \(version)) was built with integers of \(size) bytes; 4 are needed: "
          + HiGHSBackend.remedy)
    }
  }

  /// Looks the functions up one by one, since not every version has all.
  private init(symbols: Symbols) throws(BackendError) {
    versionText = try symbols.function("Highs_version")
    integerSize = try symbols.function("Highs_getSizeofHighsInt")
    create = try symbols.function("Highs_create")
    destroy = try symbols.function("Highs_destroy")
    setFlag = try symbols.function("Highs_setBoolOptionValue")
    setCount = try symbols.function("Highs_setIntOptionValue")
    setNumber = try symbols.function("Highs_setDoubleOptionValue")
    setText = try symbols.function("Highs_setStringOptionValue")
    passModel = try symbols.function("Highs_passModel")
    setSolution = try symbols.function("Highs_setSolution")
    setCallback = try symbols.function("Highs_setCallback")
    startCallback = try symbols.function("Highs_startCallback")
    callbackItem = try symbols.function("Highs_getCallbackDataOutItem")
    addRows = try symbols.function("Highs_addRows")
    addColumns = try symbols.function("Highs_addCols")
    setColumnBounds = try symbols.function("Highs_changeColBounds")
    setRowBounds = try symbols.function("Highs_changeRowBounds")
    setColumnCost = try symbols.function("Highs_changeColCost")
    basis = try symbols.function("Highs_getBasis")
    setBasis = try symbols.function("Highs_setBasis")
    dualRay = try symbols.function("Highs_getDualRay")
    zeroClocks = try symbols.function("Highs_zeroAllClocks")
    run = try symbols.function("Highs_run")
    modelStatus = try symbols.function("Highs_getModelStatus")
    solution = try symbols.function("Highs_getSolution")
    countInfo = try symbols.function("Highs_getIntInfoValue")
    longCountInfo = try symbols.function("Highs_getInt64InfoValue")
    numberInfo = try symbols.function("Highs_getDoubleInfoValue")
  }

  /// The symbols of an open library.
  private struct Symbols {
    let file: UnsafeMutableRawPointer
    let path: String

    /// The function of a name, as a pointer of the type that the caller expects.
    func function<Function>(_ name: String) throws(BackendError) -> Function {
      guard let address = dlsym(file, name) else {
        throw .unavailable(
          backend: HiGHSBackend.name,
          remedy: "\(path) (HiGHS \(version)) has no function \(name); version 1.9 or later is needed: "
            + HiGHSBackend.remedy)
      }
      return unsafeBitCast(address, to: Function.self)
    }

    private var version: String {
      guard let address = dlsym(file, "Highs_version") else { return "of unknown version" }
      let version = unsafeBitCast(address, to: (@convention(c) () -> UnsafePointer<CChar>?).self)
      return version().map { String(cString: $0) } ?? "of unknown version"
    }
  }
}
