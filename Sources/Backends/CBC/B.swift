import CCBC
public func cbcv() -> String { String(cString: Cbc_getVersion()) }
