import Testing

struct InstanceWriterTests {
  @Test func aWrittenInstanceIsReadableAndReadsBackEqual() throws {
    let instance = try parse(sampleInstance)
    let text = instance.json()
    #expect(try parse(text) == instance)
    #expect(
      text.contains("\n      {\"id\": \"camera\", \"compute\": 5000000000, \"memory\": 536870912},\n"),
      "\(text)")
    #expect(
      text.contains(
        "{\"id\": \"edge\", \"compute\": 2000000000000, \"backlog\": 4000000000, \"position\": [2.5, -1]}"),
      "\(text)")
    #expect(
      text.contains("\n      {\"from\": \"edge\", \"to\": \"switch\", \"bandwidth\": 1000000000}\n"),
      "\(text)")
    #expect(
      text.hasSuffix("\n  \"options\": {\"waiting\": \"layer\", \"objective\": \"max\"}\n}\n"), "\(text)")
  }
}
