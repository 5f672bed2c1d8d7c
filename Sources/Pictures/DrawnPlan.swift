import Splitting

/// A plan as pictures show it: which jobs, and a number for each host.
struct DrawnPlan {
  let plan: Plan
  /// The jobs that are drawn, ascending.
  let shownJobs: [Int]
  /// Hosts of the jobs that are drawn, in the order of their first layers.
  let hosts: [Int]
  let numberOfHost: [Int: Int]
  private let instance: Instance

  init(_ plan: Plan, of instance: Instance, jobs: [Int]) {
    self.plan = plan
    self.instance = instance
    shownJobs = jobs
    var numberOfHost: [Int: Int] = [:]
    var hosts: [Int] = []
    for job in jobs {
      for host in plan.jobs[job].hosts where numberOfHost[host] == nil {
        numberOfHost[host] = hosts.count
        hosts.append(host)
      }
    }
    self.hosts = hosts
    self.numberOfHost = numberOfHost
  }

  /// Of stages 0...L [byte].
  func stageBytes(ofJob job: Int) -> [Double] {
    let dnn = instance.dnn(ofJob: job)
    return [dnn.input] + dnn.layers.map(\.output)
  }
}
