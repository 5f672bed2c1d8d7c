"""SciPy and NetworkX on the whole layered graph: `paths.py scipy|networkx FILE`, a file as problem.hpp describes it.

Prints what report() in problem.hpp does. SciPy's search cannot stop at a target; that of NetworkX does.
"""

import sys
import time

import numpy as np


def peak_memory():
    """The largest memory this process has had [KiB]."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


class Problem:
    """One job on one network."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.nodes, self.arcs, self.layers, self.source, self.target = np.fromfile(file, "<i8", 5).tolist()
            arc = np.dtype([("tail", "<i4"), ("head", "<i4"), ("per_byte", "<f8"), ("fixed", "<f8")])
            self.arc = np.fromfile(file, arc, self.arcs)
            self.rate = np.fromfile(file, "<f8", self.nodes)
            self.work = np.fromfile(file, "<f8", self.layers)
            self.size = np.fromfile(file, "<f8", self.layers + 1)

    def layered_graph(self):
        """Tails, heads and costs of all arcs."""
        tails, heads, costs = [], [], []
        hosts = np.flatnonzero(self.rate > 0).astype(np.int64)
        for stage in range(self.layers + 1):
            first = stage * self.nodes
            tails.append(self.arc["tail"] + first)
            heads.append(self.arc["head"] + first)
            costs.append(self.size[stage] * self.arc["per_byte"] + self.arc["fixed"])
            if stage < self.layers:
                tails.append(hosts + first)
                heads.append(hosts + first + self.nodes)
                costs.append(self.work[stage] / self.rate[hosts])
        return np.concatenate(tails), np.concatenate(heads), np.concatenate(costs)


def with_scipy(problem):
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    count = (problem.layers + 1) * problem.nodes
    before, start = peak_memory(), time.perf_counter()
    tails, heads, costs = problem.layered_graph()
    graph = csr_matrix((costs, (tails, heads)), shape=(count, count))
    built = time.perf_counter()
    distances = dijkstra(graph, indices=problem.source)
    end = time.perf_counter()
    return built - start, end - built, distances[problem.layers * problem.nodes + problem.target], before


def with_networkx(problem):
    import networkx

    before, start = peak_memory(), time.perf_counter()
    graph = networkx.DiGraph()
    graph.add_weighted_edges_from(zip(*(part.tolist() for part in problem.layered_graph())))
    built = time.perf_counter()
    target = problem.layers * problem.nodes + problem.target
    distance = networkx.dijkstra_path_length(graph, problem.source, target)
    return built - start, time.perf_counter() - built, distance, before


def main():
    solve = {"scipy": with_scipy, "networkx": with_networkx}[sys.argv[1]]
    if len(sys.argv) == 2:
        # Only asks whether the library is here.
        __import__(sys.argv[1])
        return
    build, search, latency, before = solve(Problem(sys.argv[2]))
    print(f"{build:.6f} {search:.6f} {latency:.17g} {peak_memory() - before}")


main()
