import CGLPK
public func glpkv() -> String { String(cString: glp_version()) }
