import Documents
import Splitting
import TestSupport
import Testing

// Skipped where the samples are absent: they are no part of the repository.
@Suite(.enabled(if: AcceptanceSamples.folder != nil, "the folder of acceptance samples is absent"))
struct AcceptanceTests {
  @Test func everySampleIsReadAndWrittenBackUnchanged() throws {
    #expect(!AcceptanceSamples.files.isEmpty)
    for file in AcceptanceSamples.files {
      let instance = try Instance.read(file: file)
      #expect(try Instance.parse(Array(instance.json().utf8)) == instance, "\(file)")
    }
  }

  @Test func everyMalformedSampleIsRejectedWithTheExpectedWords() throws {
    #expect(!AcceptanceSamples.rejections.isEmpty)
    for sample in AcceptanceSamples.rejections {
      let error = try #require(throws: InputError.self, "\(sample.file) is accepted") {
        try Instance.read(file: sample.path)
      }
      // The name of the file must not be what satisfies the expectation.
      let message = "\(error.path): \(error.message)".lowercased()
      for word in sample.allOf ?? [] { #expect(message.contains(word), "\(sample.file): \(error)") }
      if let words = sample.anyOf {
        #expect(words.contains { message.contains($0) }, "\(sample.file): \(error)")
      }
    }
  }
}
