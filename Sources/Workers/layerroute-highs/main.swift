import HiGHSBackend
import Worker

runWorker(HiGHSBackend())
