import Foundation
import Splitting
import TestSupport
import Testing

/// Pipes in, and files that are whole or not there, seen from a shell.
struct FileTests {
  private let files: SampleFiles
  private let program = Program.layerroute.url.path

  init() throws { files = try SampleFiles() }

  private func shell(_ script: String, _ arguments: String...) async throws -> ProgramRun {
    let shell = try #require(Program(onPath: "bash"))
    return try await shell.run(["-c", script, "bash", program] + arguments)
  }

  @Test(arguments: [
    #"cat "$2" | "$1" solve - --format json"#, #""$1" solve - --format json < "$2""#,
    #"cat "$2" | "$1" solve /dev/stdin --format json"#, #""$1" solve <(cat "$2") --format json"#,
  ])
  func anInstanceMayComeThroughAPipe(script: String) async throws {
    let run = try await shell(script, files.write(Instance.contractExample()))
    #expect(run.exitStatus == 0, "\(run)")
    #expect(try run.status() == "optimal")
  }

  /// A result never replaces what it was made of, and "-" is no file to write.
  @Test func resultsDoNotReplaceWhatIsRead() async throws {
    let instance = try files.write(Instance.contractExample())
    let before = try String(contentsOfFile: instance, encoding: .utf8)
    for script in [
      #""$1" solve "$2" -o "$2""#, #""$1" export "$2" --formulation layered --format lp -o "$2""#,
      #""$1" plot "$2" -o "$2""#, #"ln -s "$2" "$2.link" && "$1" solve "$2" -o "$2.link""#,
      #""$1" solve "$2" -o -"#,
    ] {
      let run = try await shell(script, instance)
      #expect(run.exitStatus == 64, "\(script): \(run)")
      #expect(try String(contentsOfFile: instance, encoding: .utf8) == before, "\(script)")
    }
  }

  /// A missing folder is noticed before the work, of which nothing is then printed.
  @Test func aMissingFolderIsNamedBeforeTheWork() async throws {
    let instance = try files.write(Instance.contractExample())
    let plan = files.path("no folder/plan.json")
    for arguments in [
      ["solve", instance, "-o", plan], ["solve", instance, "--pareto", "-o", plan],
      ["export", instance, "--formulation", "layered", "--format", "lp", "-o", plan],
      ["plot", instance, "-o", plan], ["schedule", instance, "-o", plan],
      ["generate", "chain", "-o", plan],
    ] {
      let run = try await Program.layerroute.run(arguments)
      expect(run, exits: 64, saying: "there is no folder \"\(files.path("no folder"))\"")
      #expect(run.output.isEmpty, "\(arguments): \(run)")
    }
  }

  /// Files of other programs are named, with the command that reads them.
  @Test func filesOfOtherProgramsAreRecognised() async throws {
    let folder = files.folder
    let dnn = #"{"input": 1, "layers": []}"#
    let network = #"{"nodes": [{"id": "a"}], "links": []}"#
    for (name, text, words) in [
      ("a.gguf", "GGUF\u{3}", "import gguf"), ("a.onnx", "\u{8}\u{7}", "import onnx"),
      ("a.graphml", "<?xml version=\"1.0\"?>\n<graphml/>", "import topology"),
      ("a.json", dnn, "looks like a DNN"), ("b.json", network, "looks like a network"),
    ] {
      let run = try await layerroute("solve", folder.write(text, to: name))
      expect(run, exits: 65, saying: name, words)
    }
    // A whole instance where its network or a DNN should be.
    try folder.write(Instance.contractExampleFile, to: "whole.json")
    for parts in [
      #""network": {"file": "whole.json"}, "dnns": {}"#,
      #""network": \#(network), "dnns": {"d": {"file": "whole.json"}}"#,
    ] {
      let file = try folder.write(#"{"layerroute": 1, \#(parts), "jobs": []}"#, to: "instance.json")
      expect(
        try await layerroute("solve", file), exits: 65, saying: "whole.json",
        "this file is an instance or a plan")
    }
  }

  @Test(arguments: ["empty.json", "empty.yaml", "empty"], ["", " \n"])
  func anEmptyFileIsSaidToBeEmpty(name: String, text: String) async throws {
    let run = try await layerroute("solve", files.folder.write(text, to: name))
    expect(run, exits: 65, saying: "\(name):", "the file is empty")
  }

  /// Numbers without a unit that are hardly meant so are mentioned, once for each quantity, and taken as they are.
  @Test func smallNumbersWithoutAUnitAreMentioned() async throws {
    func run(compute: String, bandwidth: String) async throws -> ProgramRun {
      let file = try files.folder.write(
        """
        layerroute: 1
        network:
          nodes: [{id: a, compute: \(compute)}, {id: b, compute: \(compute)}, {id: c, compute: 0}]
          links: [{from: a, to: b, bandwidth: \(bandwidth), duplex: true}]
        dnns: {d: {input: 1, layers: [{name: l, work: 1, output: 1}]}}
        jobs: [{id: j, dnn: d, source: a, target: a}]
        """, to: "instance.yaml")
      return try await layerroute("solve", file)
    }
    let small = try await run(compute: "5", bandwidth: "100")
    #expect(small.exitStatus == 0, "\(small)")
    #expect(small.errors.split(separator: "\n").count == 2, "\(small)")
    #expect(
      small.errors.contains("a compute rate below 1000 FLOP/s: numbers without a unit are in FLOP/s"),
      "\(small)")
    #expect(small.errors.contains("as in \"5 Gbit/s\""), "\(small)")
    for (compute, bandwidth) in [("5 GFLOP/s", "100 bit/s"), ("1000", "1e3"), ("5 FLOP/s", "100 Mbit/s")] {
      let usual = try await run(compute: compute, bandwidth: bandwidth)
      #expect(usual.exitStatus == 0 && usual.errors.isEmpty, "\(usual)")
    }
  }

  @Test func compressedFilesAreSaidToBeCompressed() async throws {
    let instance = try files.write(Instance.contractExample())
    for command in ["solve", "import topology", "import onnx", "import profile"] {
      let run = try await shell(
        "gzip -c \"$2\" > \"$2.gz\"; \"$1\" \(command) \"$2.gz\"", instance)
      expect(run, exits: 65, saying: "compressed (gzip)")
    }
  }

  @Test func aPlanMayComeThroughAPipe() async throws {
    let instance = try files.write(Instance.contractExample())
    let run = try await shell(#""$1" solve "$2" --format json | "$1" verify "$2" -"#, instance)
    #expect(run.exitStatus == 0 && run.output.contains("holds"), "\(run)")
  }

  @Test func referencesFromAPipeAreRelativeToTheWorkingFolder() async throws {
    let network = "{\"nodes\": [{\"id\": \"a\"}], \"links\": []}"
    try files.folder.write(network, to: "net.json")
    let instance = #"{"layerroute": 1, "network": {"file": "net.json"}, "dnns": {}, "jobs": []}"#
    let run = try await shell(#"cd "$2" && printf %s "$3" | "$1" solve -"#, files.folder.url.path, instance)
    #expect(run.exitStatus == 0, "\(run)")
  }

  @Test func anEndlessDeviceIsRefused() async throws {
    expect(try await layerroute("solve", "/dev/zero"), exits: 65, saying: "/dev/zero", "device")
    let run = try await shell(#""$1" solve - < /dev/zero"#)
    expect(run, exits: 65, saying: "-: cannot read", "device")
  }

  /// A full disk, as far as it can be had: no file may grow beyond a kilobyte.
  @Test(arguments: [true, false]) func aWriteThatIsCutShortLeavesTheOldFile(isKilled: Bool) async throws {
    let old = try files.folder.write("old", to: "out.json")
    let run = try await shell(
      (isKilled ? "" : "trap '' XFSZ; ") + #"ulimit -c 0 -f 1; "$1" generate demo -q -o "$2""#, old)
    #expect(run.exitStatus != 0, "\(run)")
    if !isKilled { expect(run, exits: 64, saying: "out.json", "cannot write") }
    #expect(try String(contentsOfFile: old, encoding: .utf8) == "old")
    // A program that is killed cannot remove its temporary file.
    let names = try FileManager.default.contentsOfDirectory(atPath: files.folder.url.path)
    #expect(names.filter { !isKilled || !$0.hasPrefix(".layerroute-") } == ["out.json"])
  }

  @Test func standardOutputIsNotReplacedByAFile() async throws {
    let run = try await shell(
      #"(echo before; "$1" generate demo -q -o /dev/stdout; echo after) > "$2"; cat "$2""#,
      files.path("all.txt"))
    #expect(run.output.hasPrefix("before\n{") && run.output.hasSuffix("}\nafter\n"), "\(run)")
  }

  @Test func namesFromFilesReachTheTerminalEscaped() async throws {
    var instance = Instance.contractExample()
    instance.network.nodes[0].id = "a\u{1B}[31m\u{9B}\n\u{202E}"
    instance.jobs[0].id = "\u{7}"
    let file = try files.write(instance, "in\u{1B}[2J.json")
    let runs = [
      try await layerroute("solve", file), try await layerroute("solve", file, "--format", "json"),
      try await layerroute("solve", try files.folder.write("{\"\\u001b\": 1}", to: "bad\u{1B}[2J.json")),
    ]
    for run in runs {
      let unsafe = (run.output + run.errors).unicodeScalars.filter {
        $0 != "\n" && ($0.properties.generalCategory == .control || $0.properties.generalCategory == .format)
      }
      #expect(unsafe.isEmpty, "\(unsafe.map(\.value))")
    }
  }
}
