// LEMON: `lemon explicit FILE` on the whole layered graph, `lemon per-layer FILE` copy by copy.
#include <lemon/dijkstra.h>
#include <lemon/static_graph.h>

#include <cstring>
#include <utility>

#include "problem.hpp"

using lemon::StaticDigraph;
using Lengths = StaticDigraph::ArcMap<double>;
using Search = lemon::Dijkstra<StaticDigraph, Lengths>;

static void explicitGraph(const Problem& problem, long before) {
  Stopwatch building;
  const std::int64_t n = problem.nodes, copies = problem.layers + 1;
  std::int64_t hosts = 0;
  for (double rate : problem.rate) hosts += rate > 0;
  std::vector<std::pair<int, int>> ends;
  std::vector<double> costs;
  ends.reserve(copies * problem.arcCount + problem.layers * hosts);
  costs.reserve(ends.capacity());
  for (std::int64_t stage = 0; stage < copies; ++stage) {
    std::int64_t arc = 0;
    for (std::int64_t node = 0; node < n; ++node) {
      for (; arc < problem.arcCount && problem.arcs[arc].tail == node; ++arc) {
        ends.emplace_back(stage * n + node, stage * n + problem.arcs[arc].head);
        costs.push_back(problem.cost(problem.arcs[arc], stage));
      }
      if (stage < problem.layers && problem.rate[node] > 0) {
        ends.emplace_back(stage * n + node, (stage + 1) * n + node);
        costs.push_back(problem.work[stage] / problem.rate[node]);
      }
    }
  }
  StaticDigraph graph;
  graph.build(n * copies, ends.begin(), ends.end());
  std::vector<std::pair<int, int>>().swap(ends);
  Lengths lengths(graph);
  for (std::size_t arc = 0; arc < costs.size(); ++arc) lengths[graph.arc(arc)] = costs[arc];
  std::vector<double>().swap(costs);
  const double built = building.seconds();

  Stopwatch searching;
  Search search(graph, lengths);
  const auto target = graph.node(problem.layers * n + problem.target);
  const bool found = search.run(graph.node(problem.source), target);
  const double latency = found ? search.dist(target) : std::numeric_limits<double>::infinity();
  report(built, searching.seconds(), latency, before);
}

static void perLayer(const Problem& problem, long before) {
  Stopwatch building;
  std::vector<std::pair<int, int>> ends;
  ends.reserve(problem.arcCount);
  for (const Arc& arc : problem.arcs) ends.emplace_back(arc.tail, arc.head);
  StaticDigraph graph;
  graph.build(problem.nodes, ends.begin(), ends.end());
  Lengths lengths(graph);
  const double built = building.seconds();

  Stopwatch searching;
  const double infinity = std::numeric_limits<double>::infinity();
  std::vector<double> arrivals(problem.nodes, infinity);
  arrivals[problem.source] = 0;
  double latency = infinity;
  for (std::int64_t stage = 0; stage <= problem.layers; ++stage) {
    for (std::int64_t arc = 0; arc < problem.arcCount; ++arc)
      lengths[graph.arc(arc)] = problem.cost(problem.arcs[arc], stage);
    Search search(graph, lengths);
    search.init();
    for (std::int64_t node = 0; node < problem.nodes; ++node)
      if (arrivals[node] < infinity) search.addSource(graph.node(node), arrivals[node]);
    if (stage == problem.layers) {
      search.start(graph.node(problem.target));
      if (search.reached(graph.node(problem.target))) latency = search.dist(graph.node(problem.target));
      break;
    }
    search.start();
    for (std::int64_t node = 0; node < problem.nodes; ++node) {
      const bool runs = problem.rate[node] > 0 && search.reached(graph.node(node));
      arrivals[node] = runs ? search.dist(graph.node(node)) + problem.work[stage] / problem.rate[node] : infinity;
    }
  }
  report(built, searching.seconds(), latency, before);
}

int main(int count, char** arguments) {
  if (count != 3) return 64;
  const Problem problem(arguments[2]);
  const long before = peakMemory();
  if (!std::strcmp(arguments[1], "explicit")) return explicitGraph(problem, before), 0;
  if (!std::strcmp(arguments[1], "per-layer")) return perLayer(problem, before), 0;
  return 64;
}
