/* The vka interface over an allocman. */
#pragma once

#include <allocman/allocman.h>
#include <vka/vka.h>

/** Fill in a vka that allocates from an allocman; it may be copied freely. */
void allocman_make_vka(vka_t *vka, allocman_t *alloc);
