// One job on one network as `benchmarks native` writes it, and what every peer prints.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

struct Arc {
  std::int32_t tail, head;
  double perByte, fixed;  // seconds a byte, seconds
};

// Numbers in the machine's byte order: nodes, arcs, layers, source, target; the arcs, ascending by tail; the nodes'
// rates [FLOP/s]; the layers' works [FLOP]; the stages' sizes [byte].
struct Problem {
  std::int64_t nodes, arcCount, layers, source, target;
  std::vector<Arc> arcs;
  std::vector<double> rate, work, bytes;

  explicit Problem(const char* path) {
    std::ifstream file(path, std::ios::binary);
    std::int64_t head[5];
    read(file, head, 5);
    nodes = head[0], arcCount = head[1], layers = head[2], source = head[3], target = head[4];
    fill(file, arcs, arcCount);
    fill(file, rate, nodes);
    fill(file, work, layers);
    fill(file, bytes, layers + 1);
  }

  double cost(const Arc& arc, std::int64_t stage) const { return bytes[stage] * arc.perByte + arc.fixed; }

 private:
  template <class T>
  static void read(std::ifstream& file, T* to, std::int64_t count) {
    if (!file.read(reinterpret_cast<char*>(to), count * sizeof(T))) {
      std::fprintf(stderr, "the file ends early\n");
      std::exit(65);
    }
  }

  template <class T>
  static void fill(std::ifstream& file, std::vector<T>& to, std::int64_t count) {
    to.resize(count);
    read(file, to.data(), count);
  }
};

class Stopwatch {
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();

 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
};

// The largest memory this process has had [KiB].
inline long peakMemory() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    long kibibytes;
    if (word == "VmHWM:" && status >> kibibytes) return kibibytes;
  }
  return 0;
}

// What the problem itself takes is not the peer's memory; `before` is the peak after reading it.
inline void report(double build, double search, double latency, long before) {
  std::printf("%.6f %.6f %.17g %ld\n", build, search, latency, peakMemory() - before);
}
