import GLPKBackend
import Worker

runWorker(GLPKBackend())
