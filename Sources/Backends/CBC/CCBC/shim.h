// Clp is the linear solver inside CBC, and comes with it.
#include <Cbc_C_Interface.h>
#include <Clp_C_Interface.h>
