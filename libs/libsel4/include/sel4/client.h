/* All invocations, one header a kind of capability. */
#pragma once
#include <sel4/untyped.h>
#include <sel4/cnode.h>
#include <sel4/tcb.h>
#include <sel4/irq.h>
#include <sel4/domain.h>
#include <sel4/x86/page.h>
#include <sel4/x86/paging.h>
#include <sel4/x86/asid.h>
#include <sel4/x86/io_port.h>
