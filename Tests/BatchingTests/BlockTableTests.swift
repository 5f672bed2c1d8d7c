import Importers
import LayerRoute
import TestSupport
import Testing

/// Tables of measured times with the columns block, batch and seconds.
@Suite struct BlockTableTests {
  private func table(_ text: String) throws -> BlockTable {
    #expect(BlockTable.isWritten(in: Array(text.utf8)))
    return try BlockTable(Array(text.utf8), file: "times.csv")
  }

  @Test func blocksHaveTheTimesOfTheirBatches() throws {
    let table = try table(
      """
      block,batch,seconds,accuracy
      head,2,0.003,0.5
      head,1,0.002,0.5
      tail,1,0.01,0.7
      """)
    #expect(
      table.blocks == [
        BatchingInstance.Block(name: "head", times: .table([0.002, 0.003]), accuracy: 0.5),
        BatchingInstance.Block(name: "tail", times: .table([0.01]), accuracy: 0.7),
      ])
    #expect(table.notes.isEmpty)
  }

  /// What is written is the DNN of an instance.
  @Test func theDNNIsReadByAnInstance() throws {
    let table = try table("block,batch,seconds [ms]\na,1,2\na,2,3 us\nb,1,1\n")
    #expect(table.blocks[0].times == .table([0.002, 0.002]))
    #expect(table.notes.contains { $0.contains("1 time was") })
    let text = """
      {"layerroute": 1, "problem": "batching", "server": {"bandwidth": 1}, "users": [], "dnn": \(table.json())}
      """
    let document = try Document.parse(Array(text.utf8), format: .json, file: "instance.json")
    #expect(try BatchingProblem.instance(from: document).blocks == table.blocks)
  }

  /// The column of times has the names that it has in other tables.
  @Test(arguments: ["time [ms]", "latency (ms)", "time_ms", "Duration ms"])
  func theTimesMayHaveAUnitInTheTitle(_ title: String) throws {
    let table = try table("block,batch,\(title)\na,1,2\na,2,3\n")
    #expect(table.blocks[0].times == .table([0.002, 0.003]) && table.notes.isEmpty)
    let bare = try self.table("block,batch,time\na,1,2\na,2,3 ms\n")
    #expect(bare.notes.contains { $0 == "\"time\": numbers without a unit are in seconds" }, "\(bare.notes)")
  }

  @Test func otherTablesAreNoTablesOfBlocks() {
    for text in ["layer,device,seconds,output\n", "", "{\"blocks\": []}", "block\n", "\"block,batch"] {
      #expect(!BlockTable.isWritten(in: Array(text.utf8)), "\(text)")
    }
  }

  @Test(arguments: [
    ("block,batch\na,1\n", "no column \"seconds\""), ("block,batch,seconds\n", "no blocks"),
    ("block,batch,seconds\na,0,1\n", "whole number from 1"),
    ("block,batch,seconds\na,1.5,1\n", "whole number"),
    ("block,batch,seconds\na,1,-1\n", "negative"), ("block,batch,seconds\na,1,nan\n", "seconds"),
    ("block,batch,seconds\na,1,1 B\n", "unit"), ("block,batch,seconds\na,1,\n", "seconds"),
    ("block,batch,seconds\na,1,1\na,1,1\n", "second time"),
    ("block,batch,seconds\na,2,1\n", "no time for batches of 1"),
    ("block,batch,seconds\n,1,1\n", "needs a name"), ("block,batch,seconds\na,1,1,1\n", "4 cells"),
    ("block,batch,seconds,batch\na,1,1,1\n", "two columns"),
    ("block,batch,seconds,accuracy\na,1,1,2\n", "between 0 and 1"),
    ("block,batch,seconds,accuracy\na,1,1,0.5\nb,1,1,0.4\n", "less than"),
    ("block,batch,seconds,accuracy\na,1,1,0.5\na,2,1,0.4\n", "differs"),
  ])
  func faultsAreNamed(_ text: String, _ word: String) throws {
    #expect { try table(text) } throws: { "\($0)".contains(word) && "\($0)".contains("times.csv") }
  }
}
