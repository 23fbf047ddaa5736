/* What most programs need of sel4utils: registers, error names, log lines for kernel errors. */
#pragma once

#include <sel4utils/arch/util.h>
#include <sel4utils/sel4_zf_logif.h>
#include <sel4utils/strerror.h>
#include <utils/util.h>
