import CBCBackend
import Worker

runWorker(CBCBackend())
