// Clp is the linear solver inside CBC, and comes with it.
#include <coin/Cbc_C_Interface.h>
#include <coin/Clp_C_Interface.h>
