import Foundation

extension Topology.Coordinates {
  /// The distance to another place along the great circle [km], on a sphere with the mean radius of the Earth, 6371 km.
  ///
  /// The haversine formula is accurate for small distances too: Sinnott, "Virtues of the haversine", Sky and Telescope
  /// 68 (1984).
  public func distance(to other: Self) -> Double {
    let radian = Double.pi / 180
    let latitudes = sin((other.latitude - latitude) * radian / 2)
    let longitudes = sin((other.longitude - longitude) * radian / 2)
    let share =
      latitudes * latitudes + cos(latitude * radian) * cos(other.latitude * radian) * longitudes * longitudes
    return 2 * 6371 * asin(min(1, share.squareRoot()))
  }
}
