import GLPKBackend
print(glpkv())
