// Exports the modules whose types are part of this one's interface, so that users write only `import LayerRoute`, and
// the files of this module need not import them again.
@_exported import Documents
@_exported import Foundations
@_exported import LinearModels
@_exported import Networks
@_exported import Planning
@_exported import Problems
@_exported import Queues
@_exported import QueuesAlgorithms
@_exported import QueuesChecking
@_exported import Serving
@_exported import ServingAlgorithms
@_exported import ServingChecking
@_exported import ServingFlows
@_exported import ServingFormulations
@_exported import ServingGenerators
@_exported import Solvers
@_exported import Splitting
@_exported import SplittingAlgorithms
@_exported import SplittingChecking
@_exported import SplittingFormulations
@_exported import SplittingGenerators
