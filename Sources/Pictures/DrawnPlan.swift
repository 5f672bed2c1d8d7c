import Splitting

/// A plan as it is drawn: the jobs to show, and a number for each host.
struct DrawnPlan {
  let plan: Plan
  /// The jobs that are drawn, ascending.
  let shownJobs: [Int]
  /// The hosts of these jobs, in the order in which they first occur.
  let hosts: [Int]
  /// The position of each host in `hosts`.
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

  /// The sizes of the tensors of a job, from stage 0 (the input) to stage L (the output of the last layer) [byte].
  func stageBytes(ofJob job: Int) -> [Double] {
    let dnn = instance.dnn(ofJob: job)
    return [dnn.input] + dnn.layers.map(\.output)
  }
}
