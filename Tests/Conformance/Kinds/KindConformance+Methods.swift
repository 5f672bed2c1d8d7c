import LinearModels
import Planning
import Problems
import Testing

extension KindConformance {
  /// Every method's plans hold, no bound is above the optimum, and no plan is below it; an exact method reaches it.
  ///
  /// - Parameters:
  ///   - samples: what is solved.
  ///   - plans: one a sample; a plan that is known, `nil` for none.
  ///   - solvers: for methods that need one.
  func checkMethods(
    _ samples: [ConformanceSample<P>], _ plans: [KnownPlan<P.Plan>?], _ solvers: [any ModelSolver]
  ) async throws {
    var solved: [String: Int] = [:]
    for (sample, known) in zip(samples, plans) {
      guard let optimum = try await knownOptimum(of: sample, solvers) else { continue }
      if let known {
        let cost = optimum.cost ?? .infinity
        #expect(
          known.cost > cost || agree(known.cost, cost), "\(sample.context): \(known.cost), optimum \(cost)")
      }
      for method in kind.methods {
        guard let answer = try await answer(method, sample, solvers) else { continue }
        solved[method.name, default: 0] += 1
        try check(answer, method, optimum.cost, sample)
      }
    }
    for method in kind.methods where !solvers.isEmpty {
      let count = solved[method.name] ?? 0
      #expect(
        count >= samples.count / 20 + 1, "\(P.name), \(method.name): \(count) of \(samples.count) samples")
    }
  }

  private struct Optimum {
    /// `nil` if there is no plan.
    let cost: Double?
  }

  /// `nil` if nothing at hand says.
  private func knownOptimum(
    of sample: ConformanceSample<P>, _ solvers: [any ModelSolver]
  ) async throws -> Optimum? {
    if let optimum { return Optimum(cost: try await optimum(sample.instance)) }
    for method in kind.methods where method.promise == .exact {
      guard let answer = try await answer(method, sample, solvers) else { continue }
      switch answer.file.status {
      case .optimal: return Optimum(cost: answer.cost)
      case .infeasible: return Optimum(cost: nil)
      case .feasible, .unknown: continue
      }
    }
    return nil
  }

  /// `nil` if the method refuses the sample, or misses its backend.
  private func answer(
    _ method: Method<P>, _ sample: ConformanceSample<P>, _ solvers: [any ModelSolver]
  ) async throws -> Answer<P>? {
    do {
      return try await kind.solve(sample.instance, SolveRequest(method: method.name), solvers: solvers)
    } catch .refused(let reason) {
      #expect(reason.count > 10, "\(P.name), \(method.name), \(sample.name): the reason is \"\(reason)\"")
    } catch .backend(.unavailable) where solvers.isEmpty {
      return nil
    } catch {
      Issue.record("\(P.name), \(method.name), \(sample.context): \(error)")
    }
    return nil
  }

  private func check(
    _ answer: Answer<P>, _ method: Method<P>, _ optimum: Double?, _ sample: ConformanceSample<P>
  ) throws {
    let context = "\(P.name), method \(method.name), \(sample.context)"
    #expect(answer.file.status.hasPlan == (answer.plan != nil), "\(context): \(answer.file.status)")
    guard let optimum else {
      #expect(answer.plan == nil, "\(context): there is no plan")
      if method.promise == .exact {
        #expect(answer.file.status == .infeasible, "\(context): \(answer.file.status)")
        #expect(answer.file.reason?.isEmpty == false, "\(context): why?")
      }
      return
    }
    #expect(answer.file.status != .infeasible, "\(context): there is a plan")
    #expect(
      answer.bound < optimum || agree(answer.bound, optimum),
      "\(context): bound \(answer.bound) of \(optimum)")
    if method.promise == .exact {
      #expect(answer.file.status == .optimal, "\(context): \(answer.file.status)")
    }
    guard let known = answer.known else { return }
    #expect(
      known.cost > optimum || agree(known.cost, optimum), "\(context): \(known.cost), optimum \(optimum)")
    if answer.file.status == .optimal {
      #expect(agree(known.cost, optimum), "\(context): \(known.cost) of \(optimum)")
    }
    try checkPlanFile(answer.file, known.plan, sample, isThorough: false)
  }
}
