// Boost Graph: `boost explicit FILE` on the whole layered graph. Its search cannot start from several nodes at distances
// of their own, so that there is no search copy by copy.
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/dijkstra_shortest_paths_no_color_map.hpp>

#include <cstring>
#include <utility>

#include "problem.hpp"

struct Length {
  double seconds;
};
using Graph = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, Length, boost::no_property,
                                                 std::uint32_t, std::uint32_t>;
using Node = boost::graph_traits<Graph>::vertex_descriptor;

struct Found {};

struct StopAt : boost::dijkstra_visitor<> {
  Node target;
  explicit StopAt(Node target) : target(target) {}
  template <class G>
  void examine_vertex(Node node, const G&) const {
    if (node == target) throw Found();
  }
};

int main(int count, char** arguments) {
  if (count != 3 || std::strcmp(arguments[1], "explicit")) return 64;
  const Problem problem(arguments[2]);
  const long before = peakMemory();

  Stopwatch building;
  const std::int64_t n = problem.nodes, copies = problem.layers + 1;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ends;
  std::vector<Length> lengths;
  ends.reserve(copies * problem.arcCount + problem.layers * n);
  lengths.reserve(ends.capacity());
  for (std::int64_t stage = 0; stage < copies; ++stage) {
    std::int64_t arc = 0;
    for (std::int64_t node = 0; node < n; ++node) {
      for (; arc < problem.arcCount && problem.arcs[arc].tail == node; ++arc) {
        ends.emplace_back(stage * n + node, stage * n + problem.arcs[arc].head);
        lengths.push_back({problem.cost(problem.arcs[arc], stage)});
      }
      if (stage < problem.layers && problem.rate[node] > 0) {
        ends.emplace_back(stage * n + node, (stage + 1) * n + node);
        lengths.push_back({problem.work[stage] / problem.rate[node]});
      }
    }
  }
  Graph graph(boost::edges_are_sorted, ends.begin(), ends.end(), lengths.begin(), n * copies);
  decltype(ends)().swap(ends);
  decltype(lengths)().swap(lengths);
  const double built = building.seconds();

  Stopwatch searching;
  std::vector<double> distance(n * copies);
  const Node target = problem.layers * n + problem.target;
  try {
    boost::dijkstra_shortest_paths_no_color_map(
        graph, Node(problem.source),
        boost::weight_map(boost::get(&Length::seconds, graph))
            .distance_map(boost::make_iterator_property_map(distance.begin(), boost::get(boost::vertex_index, graph)))
            .distance_inf(std::numeric_limits<double>::infinity())
            .visitor(StopAt(target)));
  } catch (const Found&) {
  }
  report(built, searching.seconds(), distance[target], before);
}
