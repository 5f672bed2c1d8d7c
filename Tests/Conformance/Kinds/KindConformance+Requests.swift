import LinearModels
import Planning
import Problems
import Solvers
import Testing

extension KindConformance {
  /// What means nothing to a method is refused with the methods to which it means something; the rest is not.
  func checkRequests(_ sample: ConformanceSample<P>) {
    let named = kind.methods.filter { $0.solvers == .formulations }.map(\.name)
    let backend = WorkerBackend.all.map(\.name)
    for method in kind.methods {
      if let formulation = kind.formulations.first?.name {
        let request = SolveRequest(formulation: formulation, method: method.name)
        check(request, sample, isRefusedNaming: method.solvers == .formulations ? nil : [formulation] + named)
      }
      check(
        SolveRequest(backend: backend[0], method: method.name), sample,
        isRefusedNaming: method.solvers == .none ? [backend[0]] + named : nil)
      check(
        SolveRequest(backend: Origin.native, method: method.name), sample,
        isRefusedNaming: method.solvers == .formulations ? [Origin.native] : nil)
    }
    check(
      SolveRequest(certificate: true), sample,
      isRefusedNaming: kind.certificateCheck == nil ? ["certificate"] : nil)
  }

  private func check(
    _ request: SolveRequest, _ sample: ConformanceSample<P>, isRefusedNaming words: [String]?
  ) {
    do throws(PlanningError) {
      _ = try PlanSearch(sample.instance, kind, request)
      #expect(words == nil, "\(P.name), \(sample.name): \(request) is accepted")
    } catch {
      guard let words else {
        Issue.record("\(P.name), \(sample.name): \(request) is refused: \(error)")
        return
      }
      let message = "\(error)"
      #expect((words + [request.method].compactMap(\.self)).allSatisfy(message.contains), "\(message)")
    }
  }
}
