import BenchmarkHarness
import Testing

@Test func records() { #expect(Method(formulation: "a", backend: "b").description == "a b") }
