import Foundation
import TestSupport
import Testing

@testable import BenchmarkHarness

/// In which order runs come, and what files of results hold.
@Suite struct CampaignTests {
  private let folder: TemporaryFolder
  private let suite: Suite

  init() throws {
    folder = try TemporaryFolder()
    suite = try Suite.read("smoke")
  }

  @Test func theOrderIsInterleavedAndDependsOnTheSeedAlone() throws {
    let runs = keys(.all)
    #expect(runs == keys(.all) && Set(runs).count == suite.runCount && runs.count == suite.runCount)
    // Repetition by repetition, all methods of an instance together, in orders that differ.
    let block = suite.methods.count
    var orders = Set<[BenchmarkMethod]>()
    for start in stride(from: 0, to: runs.count, by: block) {
      let runsOfBlock = runs[start..<start + block]
      #expect(Set(runsOfBlock.map(\.subject)).count == 1 && Set(runsOfBlock.map(\.repetition)).count == 1)
      orders.insert(runsOfBlock.map(\.method))
    }
    #expect(orders.count > 1)
    #expect(runs.map(\.repetition) == runs.map(\.repetition).sorted())
  }

  @Test(arguments: [2, 3, 7, 100])
  func shardsArePartsOfTheWholeInItsOrder(_ count: Int) throws {
    let shards = try (1...count).map { try #require(Campaign.Shard(number: $0, count: count)) }.map(keys)
    let whole = keys(.all)
    #expect(shards.flatMap { $0 }.count == whole.count)
    for shard in shards {
      let members = Set(shard)
      #expect(whole.filter(members.contains) == shard)
    }
    // An instance's times come from one machine.
    for name in Set(whole.map(\.subject)) {
      #expect(shards.count { $0.contains { $0.subject == name } } == 1)
    }
    #expect(Campaign.Shard(number: 0, count: 2) == nil && Campaign.Shard(number: 3, count: 2) == nil)
  }

  @Test func whatWasWrittenIsReadAndATornLineIsCutOff() throws {
    let path = folder.path("results.jsonl")
    var file: ResultsFile? = try ResultsFile(appendingTo: path, of: suite)
    try file?.append(session(1))
    try file?.append(record("a", repetition: 0))
    try file?.append(record("a", repetition: 1))
    file = nil
    let whole = try Data(contentsOf: URL(filePath: path))
    for cut in [1, 40, 200] {
      try whole.dropLast(cut).write(to: URL(filePath: path))
      #expect(try Results(file: path).runs == [record("a", repetition: 0)], "\(cut)")
      file = try ResultsFile(appendingTo: path, of: suite)
      #expect(file?.results.runs == [record("a", repetition: 0)], "\(cut)")
      try file?.append(record("a", repetition: 1))
      file = nil
      #expect(try Data(contentsOf: URL(filePath: path)) == whole, "\(cut)")
    }
  }

  @Test func aFileHasOneWriter() throws {
    let path = folder.path("results.jsonl")
    let first = try ResultsFile(appendingTo: path, of: suite)
    #expect(throws: ResultsFileError.self) { try ResultsFile(appendingTo: path, of: suite) }
    withExtendedLifetime(first) {}
  }

  @Test func otherFilesAreLeftAlone() throws {
    let text = "not JSON, and no line of ours\n and half"
    let path = try folder.write(text, to: "notes.txt")
    let error = #expect(throws: ResultsFileError.self) { try ResultsFile(appendingTo: path, of: suite) }
    #expect(error?.description.contains("notes.txt:1") == true, "\(String(describing: error))")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    let file = try ResultsFile(appendingTo: folder.path("other.jsonl"), of: suite)
    var other = session(1)
    other.fingerprint = "another"
    try file.append(other)
    withExtendedLifetime(file) {}
    #expect(throws: ResultsFileError.self) { try Results(file: path) }
  }

  /// A file without a line break, or of JSON that is not ours, loses nothing.
  @Test(arguments: [
    "{\"layerroute\": 1}", "{\"a\":1}\n", "{\"a\":1}\n{\"b", "[]\n", "{\"run\":null}\n",
    "{\"layerroute\":1,\"sess",
  ])
  func nobodysFileIsCut(_ text: String) throws {
    let path = try folder.write(text, to: "precious.json")
    #expect(throws: ResultsFileError.self) { try ResultsFile(appendingTo: path, of: suite) }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
  }

  /// Lines that no campaign writes would crash a report.
  @Test(arguments: [
    ("\"seconds\":0.25", "\"seconds\":0"), ("\"seconds\":0.25", "\"seconds\":-1"),
    ("\"links\":2", "\"links\":9000000000000000000"), ("\"jobs\":1", "\"jobs\":-1"),
    ("\"repetition\":0", "\"repetition\":-1"), ("\"value\":0.3", "\"valu\":0.3"),
    ("\"value\":0.3", "\"value\":1e301"), ("\"outcome\":\"solved\"", "\"outcome\":\"perhaps\""),
  ])
  func damagedLinesAreNamed(_ sound: String, _ damaged: String) throws {
    let results = Results(sessions: [session(1)], runs: [record("a", repetition: 0)])
    let text = try results.lines()
    #expect(text.contains(sound), "\(text)")
    let path = try folder.write(text.replacing(sound, with: damaged), to: "damaged.jsonl")
    let error = #expect(throws: ResultsFileError.self) { try Results(file: path) }
    #expect(error?.description.contains("damaged.jsonl:2") == true, "\(String(describing: error))")
  }

  @Test func mergedPartsKeepTheirSessionsAndTheFirstOfTwoRuns() throws {
    var twice = record("a", repetition: 0)
    twice.seconds = 99
    let left = Results(sessions: [session(1), session(2)], runs: [record("a", repetition: 0, session: 2)])
    let right = Results(sessions: [session(1)], runs: [twice, record("b", repetition: 0)])
    let merged = try Results(merging: [("left", left), ("right", right)])
    #expect(merged.sessions.map(\.number) == [1, 2, 3])
    #expect(merged.runs.map(\.subject.name) == ["a", "b"] && merged.runs.map(\.session) == [2, 3])
    #expect(merged.runs[0].seconds == 0.25)
    var other = session(1)
    other.fingerprint = "another"
    #expect(throws: ResultsFileError.self) {
      try Results(merging: [("left", left), ("right", Results(sessions: [other]))])
    }
    let path = try folder.write(try merged.lines(), to: "merged.jsonl")
    #expect(try Results(file: path) == merged)
  }

  private func keys(_ shard: Campaign.Shard) -> [RunRecord.Key] {
    let campaign = Campaign(
      suite: suite, shard: shard, methods: suite.methods, executable: "", arguments: [], versions: [:])
    return campaign.plannedRuns().map {
      RunRecord.Key(
        subject: suite.cases[$0.caseIndex].subject.name, method: $0.method, repetition: $0.repetition)
    }
  }

  private func session(_ number: Int) -> Session {
    Session(
      number: number, suite: suite.name, fingerprint: suite.fingerprint, settings: suite.settings,
      planned: 4, machine: Session.Machine(system: "s", processor: "p", processors: 2, memory: 1e9),
      versions: [:],
      started: "2026-01-01T00:00:00Z")
  }

  private func record(_ name: String, repetition: Int, session: Int = 1) -> RunRecord {
    var record = RunRecord(
      subject: Subject(name: name, sizeClass: "all", nodes: 2, links: 2, jobs: 1, layers: 1),
      method: BenchmarkMethod(formulation: "layered", backend: "cbc"), repetition: repetition,
      outcome: .solved, session: session, seconds: 0.25)
    record.value = 0.1 + 0.2
    record.incumbents = [RunRecord.Incumbent(seconds: 1e-3, value: 1 / 3)]
    return record
  }
}
