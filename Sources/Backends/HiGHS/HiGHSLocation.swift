#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Where the library of HiGHS is looked for.
struct HiGHSLocation {
  /// The environment variable with the path of a library, which is then the only candidate.
  static let variable = "LAYERROUTE_HIGHS"

  #if canImport(Darwin)
    private static let (file, versioned) = ("libhighs.dylib", "libhighs.1.dylib")
  #else
    private static let (file, versioned) = ("libhighs.so", "libhighs.so.1")
  #endif

  /// The path that the user asks for.
  let requested: String?
  /// The components of the running program's path.
  let program: [String]?

  /// The value of ``variable``; `nil` if it is not set, or empty.
  static var environment: String? {
    getenv(variable).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// What to open, the preferred one first: paths, and names that the system's loader looks for.
  ///
  /// No folder above the program is searched but that of the checkout, which has the folder `.build`: others may write
  /// into shared folders such as /tmp.
  var candidates: [String] {
    if let requested { return [requested] }
    var folders: [[String]] = []
    if let program {
      // An installed program.
      folders.append(Array(program.dropLast()))
      if let build = program.lastIndex(of: ".build") {
        // `make highs` puts the package there.
        folders.append(program[..<build] + ["build", "highs", "highsbox", "highs_dist", "lib"])
      }
    }
    let paths = folders.map { "/" + ($0 + [Self.file]).joined(separator: "/") }
    // Until 1.11 the name of the library had the number.
    return paths + [Self.versioned, Self.file]
  }
}
