// The modules whose types this one hands out come with it: `import LayerRoute` is all that a user has to write.
@_exported import Formulations
@_exported import Instances
@_exported import LinearModels
@_exported import Verification
