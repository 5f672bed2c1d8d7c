import Foundation

/// Distances on the Earth by the haversine formula, which is accurate for small distances too.
///
/// Sinnott, "Virtues of the haversine", Sky and Telescope 68 (1984).
enum Haversine {
  /// The mean radius of the Earth [km].
  private static let radius = 6371.0

  /// The distance of two places along the great circle [km].
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
