import CBCBackend
print(cbcv())
