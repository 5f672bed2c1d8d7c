import Foundation

/// Distances on the sphere.
///
/// Sinnott, "Virtues of the haversine", Sky and Telescope 68 (1984): exact for small distances too.
enum Haversine {
  /// [km]
  private static let radius = 6371.0

  /// The length of the great circle between two places [km].
  static func distance(_ from: Topology.Coordinates, _ to: Topology.Coordinates) -> Double {
    let radian = Double.pi / 180
    let latitudes = sin((to.latitude - from.latitude) * radian / 2)
    let longitudes = sin((to.longitude - from.longitude) * radian / 2)
    let share =
      latitudes * latitudes
      + cos(from.latitude * radian) * cos(to.latitude * radian) * longitudes * longitudes
    return 2 * radius * asin(min(1, share.squareRoot()))
  }
}
