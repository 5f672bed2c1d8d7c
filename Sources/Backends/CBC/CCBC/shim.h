// Clp is the linear solver in CBC, and is installed with it.
#include <coin/Cbc_C_Interface.h>
#include <coin/Clp_C_Interface.h>
