import Documents
import Foundation
import LayerRoute
import Problems
import Solvers

/// The main function of a run's process: it reads one request from standard input and writes messages to standard
/// output.
///
/// The parent keeps standard input open during the run. When it is closed, the process ends itself and its backend, so
/// that neither outlives the parent.
public enum RunProcess {
  public static func main() async -> Never {
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_IGN) }
    guard let line = readLine(),
      let request = try? JSONDecoder().decode(RunRequest.self, from: Data(line.utf8))
    else {
      complain("only `layerroute bench` starts this command")
      exit(64)
    }
    exitAtEndOfInput()
    do {
      let document = try Document.parse(
        Array(request.instance.utf8), format: .json, file: request.subject.name)
      try await answer(request, document, Kinds.kind(ofInstance: document))
    } catch {
      complain("\(error)")
      exit(65)
    }
    exit(0)
  }

  private static func answer<K: AnyKind>(
    _ request: RunRequest, _ document: Document, _ kind: K
  ) async throws {
    let run = try MethodRun(request, document, kind.kind)
    send(.started)
    let (record, model) = await run.result { send(.improved($0)) }
    send(.finished(record))
    if request.repetition == 0, let model, run.isRelaxationTelling(after: record),
      let value = await run.relaxation(of: model)
    {
      send(.relaxed(value))
    }
  }

  private static func send(_ message: RunMessage) {
    guard let line = try? JSONLine.text(of: message) else { return }
    // If the parent has ended, standard input is closed, which ends this process.
    try? FileHandle.standardOutput.write(contentsOf: Data(line.utf8))
  }

  private static func complain(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data("layerroute: \(text)\n".utf8))
  }

  private static func exitAtEndOfInput() {
    Thread.detachNewThread {
      while !FileHandle.standardInput.availableData.isEmpty {}
      WorkerBackend.endAll()
      _exit(0)
    }
  }
}
