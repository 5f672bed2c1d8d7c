import Solvers

/// The definitions of the terms in a report's tables.
enum ReportNotes {
  /// The definitions, with terms between asterisks.
  static var all: [String] {
    let best = BenchmarkMethod.reference
    let preferred = WorkerBackend.all.first?.name ?? "any backend"
    return [
      "Every plan was costed again by the evaluator. A run is *wrong* if it calls a value optimal, or claims a bound, "
        + "or has a relaxation, that exceeds the best plan known by more than 1e-6 of it; or calls an instance "
        + "infeasible that has a plan. It counts as unsolved.",
      "*runs* are instances times repetitions; all repetitions but the first solve the model with rows and columns "
        + "permuted. *solved* includes proofs that there is no plan. *refused* runs, of formulations that cannot "
        + "express the instance, count nowhere else: methods that refuse are summed up over fewer instances.",
      "Times are wall-clock, from the parsed instance to the evaluated plan. *mean*: shifted geometric mean over the "
        + "runs, exp(mean of log(time + shift)) - shift; unsolved runs (timed out, too large, failed or wrong) count "
        + "as the limit. *PAR10*: arithmetic mean; unsolved runs count as ten times the limit.",
      "An instance's time is the median over repetitions, unsolved ones being the longest; where that is unsolved, so "
        + "is the instance.",
      "*ratio to \(best)*: median over the instances of the method's time / that of \(best) with the same backend "
        + "(for the native planner, with \(preferred) if it was run), instances that neither solves left out. Where "
        + "only one solves, the other counts as taking at least the limit, however it ended; ≥, ≤ and \"to\" say what "
        + "that leaves to know of the median. Its *95 % interval* is the percentile interval of "
        + "2000 bootstrap resamples of the instances, if there are six of them at least.",
      "*win / tie / loss*: instances on which the method takes less time than \(best), by more than 10 % of its own; "
        + "as much, within 10 %, or both unsolved; more.",
      "*root gap*: mean of (optimum - value of the model's linear relaxation) / optimum, over the instances where it is "
        + "known for all methods that apply; of the models as they were solved, that is, without the choices that were "
        + "left out, if the settings say so. *gap left*: mean of (value - bound) / value over unsolved runs with a plan. "
        + "*rows*, *columns*, *nonzeros*: medians over the models, those too large included. *nodes* and *iterations*: "
        + "medians of the branch-and-bound nodes and simplex iterations of solved runs, as far as the backend counts "
        + "them. *memory*: median over the runs of the peak of the "
        + "process that builds or the one that solves, whichever is more.",
      "*spread*: median over the instances of the longest / the shortest time of a repetition; ≥ where one was cut off.",
      "*exponent*: of a power of the dimension, fitted by least squares to the logarithms of the median times at its "
        + "values where every run solved its instance (*fitted*); there have to be three.",
    ]
  }
}
