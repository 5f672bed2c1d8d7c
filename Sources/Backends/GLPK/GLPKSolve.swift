import Foundations
import LinearModels

#if GLPK
  @_weakLinked import CGLPK

  /// One solve, all of it on one thread, since a problem of GLPK belongs to a thread.
  struct GLPKSolve {
    let backend: GLPKBackend
    let options: SolveOptions
    let report: SolveReport
    let budget: Budget

    func solution(of model: CompiledModel) throws(BackendError) -> Solution {
      model.integerCount == 0 ? try linearSolution(of: model) : try integerSolution(of: model)
    }

    private func linearSolution(of model: CompiledModel) throws(BackendError) -> Solution {
      let problem = GLPKProblem(model)
      defer { problem.delete() }
      return try decodeLinear(runSimplex(on: problem), problem, model)
    }

    /// Solves the linear relaxation, leaves its basis in the problem, and returns GLPK's return code.
    private func runSimplex(on problem: GLPKProblem) -> Int32 {
      var parameters = GLPKSettings.linear(secondsLeft: budget.remaining, isCautious: options.isCautious)
      let code = glp_simplex(problem.pointer, &parameters)
      let hasOptimum = code == 0 && glp_get_status(problem.pointer) == GLP_OPT
      if hasOptimum || code == GLP_ENOPFS || code == GLP_ETMLIM { return code }
      // The presolver cannot tell infeasible from unbounded, and sometimes fails with tight tolerances.
      glp_std_basis(problem.pointer)
      parameters.presolve = GLP_OFF
      parameters.tm_lim =
        GLPKSettings.linear(secondsLeft: budget.remaining, isCautious: options.isCautious).tm_lim
      return glp_simplex(problem.pointer, &parameters)
    }

    private func decodeLinear(
      _ code: Int32, _ problem: GLPKProblem, _ model: CompiledModel
    ) throws(BackendError) -> Solution {
      let iterations = Int(glp_get_it_cnt(problem.pointer))
      let status = glp_get_status(problem.pointer)
      switch (code, status) {
      case (0, GLP_OPT):
        let values = try backend.accepted(model.snapped(problem.columns(glp_get_col_prim)), of: model)
        let objective = model.objectiveValue(at: values)
        return Solution(
          termination: .optimal, values: values, objective: objective, bound: objective,
          rowDuals: problem.rows(glp_get_row_dual), reducedCosts: problem.columns(glp_get_col_dual),
          iterations: iterations)
      case (GLP_ENOPFS, _), (0, GLP_NOFEAS):
        return Solution(termination: .infeasible, iterations: iterations)
      case (0, GLP_UNBND): return Solution(termination: .unbounded, iterations: iterations)
      case (GLP_ETMLIM, _): return Solution(termination: .limit(.time), iterations: iterations)
      default:
        throw .failed(backend: backend.name, detail: "glp_simplex returned \(code) with status \(status)")
      }
    }

    private func integerSolution(of model: CompiledModel) throws(BackendError) -> Solution {
      let problem = GLPKProblem(model)
      defer { problem.delete() }
      let root = runSimplex(on: problem)
      guard root == 0, glp_get_status(problem.pointer) == GLP_OPT else {
        let relaxation = try decodeLinear(root, problem, model.relaxed())
        return relaxation.termination == .unbounded ? try unboundedOrInfeasible(model) : relaxation
      }
      let watch = SearchWatch(
        self, bound: glp_get_obj_val(problem.pointer), start: options.start.map(model.snapped))
      var parameters = GLPKSettings.integer(options, secondsLeft: budget.remaining)
      parameters.cb_func = { tree, info in
        guard let tree, let info else { return }
        Unmanaged<SearchWatch>.fromOpaque(info).takeUnretainedValue().look(at: tree)
      }
      parameters.cb_info = Unmanaged.passUnretained(watch).toOpaque()
      let code = withExtendedLifetime(watch) { glp_intopt(problem.pointer, &parameters) }
      let status = glp_mip_status(problem.pointer)
      var solution: Solution
      switch (code, status) {
      case (0, GLP_OPT):
        solution = try incumbent(of: problem, model, .optimal)
        solution.bound = solution.objective
      case (GLP_EMIPGAP, GLP_OPT), (GLP_EMIPGAP, GLP_FEAS):
        solution = try incumbent(of: problem, model, .optimal)
        // GLPK stops at the gap without a last call of the callback, so the bound follows from the gap, unless the
        // last recorded bound is better.
        solution.bound = solution.objective.map { max($0 - options.relativeGap * abs($0), watch.bound) }
      case (0, GLP_NOFEAS):
        solution = Solution(termination: .infeasible)
      case (GLP_ETMLIM, GLP_FEAS), (GLP_ESTOP, GLP_FEAS), (GLP_ETMLIM, GLP_OPT):
        solution = try incumbent(of: problem, model, .limit(.time))
        solution.bound = watch.bound
      case (GLP_ETMLIM, _), (GLP_ESTOP, _):
        // Without an incumbent, GLPK returns zeros that mean nothing.
        solution = Solution(termination: .limit(.time), bound: watch.bound)
      default:
        throw .failed(backend: backend.name, detail: "glp_intopt returned \(code) with status \(status)")
      }
      if let bound = solution.bound {
        solution.bound = bound.isFinite ? min(bound, solution.objective ?? bound) : nil
      }
      solution.nodes = watch.nodes
      solution.iterations = Int(glp_get_it_cnt(problem.pointer))
      return solution
    }

    private func incumbent(
      of problem: GLPKProblem, _ model: CompiledModel, _ termination: Termination
    ) throws(BackendError) -> Solution {
      let values = try backend.accepted(problem.columns(glp_mip_col_val), of: model) {
        linear throws(BackendError) in try linearSolution(of: linear).values
      }
      return Solution(termination: termination, values: values, objective: model.objectiveValue(at: values))
    }

    /// GLPK reports that the relaxation is unbounded. The program is unbounded if it has a feasible point, and
    /// infeasible otherwise.
    private func unboundedOrInfeasible(_ model: CompiledModel) throws(BackendError) -> Solution {
      let anyPoint = SolveOptions(log: options.log, isCautious: options.isCautious)
      let second = try GLPKSolve(backend: backend, options: anyPoint, report: { _ in }, budget: budget)
        .solution(of: model.withoutObjective()).termination
      return Solution(termination: second == .optimal ? .unbounded : second)
    }
  }

  /// The state of a search that the callback records, since GLPK does not keep it.
  private final class SearchWatch {
    private(set) var bound: Double
    private(set) var nodes = 0
    private let solve: GLPKSolve
    private var start: [Double]?
    private var incumbent: Double?
    private var nextLook = ContinuousClock.now

    /// Prepares for a search, with the value of the relaxation as the bound, and a feasible point to start from, which
    /// GLPK gets at its first call for heuristics.
    init(_ solve: GLPKSolve, bound: Double, start: [Double]?) {
      self.solve = solve
      self.bound = bound
      self.start = start
    }

    /// Records the state of a search tree, and ends the search when the time is over.
    func look(at tree: OpaquePointer) {
      if let point = start, glp_ios_reason(tree) == GLP_IHEUR {
        // GLPK counts from 1. It does not check the point, which was checked before.
        _ = glp_ios_heur_sol(tree, [0] + point)
        start = nil
      }
      var total: Int32 = 0
      glp_ios_tree_size(tree, nil, nil, &total)
      nodes = max(nodes, Int(total))
      let isOver = solve.budget.remaining == 0
      let now = ContinuousClock.now
      // The search for the best node visits all open nodes, so it is made only ten times a second and at the end.
      if isOver || now >= nextLook {
        nextLook = now + .milliseconds(100)
        let best = glp_ios_best_node(tree)
        let value = best == 0 ? -.infinity : glp_ios_node_bound(tree, best)
        if value > -Double.greatestFiniteMagnitude { bound = max(bound, value) }
        solve.report(SolveProgress(objective: incumbent, bound: bound, nodes: nodes))
      }
      if glp_ios_reason(tree) == GLP_IBINGO { noteIncumbent(of: tree) }
      if isOver { glp_ios_terminate(tree) }
    }

    private func noteIncumbent(of tree: OpaquePointer) {
      let problem = glp_ios_get_prob(tree)
      let values = (0..<Int(glp_get_num_cols(problem))).map { glp_mip_col_val(problem, Int32($0 + 1)) }
      incumbent = glp_mip_obj_val(problem)
      solve.report(SolveProgress(values: values, objective: incumbent, bound: bound, nodes: nodes))
    }
  }
#endif
