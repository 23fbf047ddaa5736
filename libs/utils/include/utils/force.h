/* Memory accesses that the compiler neither drops nor repeats. */
#pragma once

#define FORCE_WRITE(address, value) (*(volatile __typeof__(*(address)) *)(address) = (value))
#define FORCE_READ(address)         ((void)*(volatile __typeof__(*(address)) *)(address))
