/// Recognises files of other programs, so that a message can say which command reads them.
enum ForeignFormat {
  /// What a file is that is neither JSON nor YAML; `nil` if it may be one of them.
  static func remark(on bytes: [UInt8], file: String) -> String? {
    let use = "; an instance refers to the DNN that it makes of it"
    if bytes.starts(with: "GGUF".utf8) {
      return "this is a language model (GGUF), which `layerroute import gguf` reads\(use)"
    }
    if file.lowercased().hasSuffix(".onnx") {
      return "this is an ONNX model, which `layerroute import onnx` reads\(use)"
    }
    let text = bytes.dropFirst(ByteOrderMark.length(in: bytes)).drop { " \t\r\n".utf8.contains($0) }
    if text.first == UInt8(ascii: "<") {
      return
        "this is XML; `layerroute import topology` reads GraphML, and an instance refers to the network that it "
        + "makes of it"
    }
    return nil
  }
}
