// What methods are cancelled with comes with them.
@_exported import struct Graphs.Cancellation
