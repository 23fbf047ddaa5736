/*
 * What the cases of the allocator share: the allocator under test on the fake kernel.
 *
 * Whatever a case does, when it has freed everything the kernel must hold nothing and the allocator
 * must have all its slots, notes and memory back: check_nothing_lost() says so.
 */
#pragma once

#include "fake_kernel.h"
#include <allocman/bootstrap.h>
#include <allocman/vka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vka/object_capops.h>

#define MIB  (1ul << 20)
#define PAGE 4096ul

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("%s:%d: %s\n", __FILE__, __LINE__, #condition);                                 \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

extern char pool[64 * 4096];
extern allocman_t *alloc;
extern vka_t vka;
extern seL4_Word slots_at_start;
extern size_t notes_at_start;

/* An allocator of what the fake kernel's BootInfo lists, with that much memory for notes. */
void start_with_pool(size_t bytes);

/* 2 MiB and 1 MiB of RAM, a device at 0xfed00000 and a large one, plenty of notes. */
void start(void);

void check_nothing_lost(void);

/* The same numbers on each run. */
unsigned long next_random(void);

#define CASES(CASE)                                                                                \
    CASE(slots_come_lowest_first_and_return)                                                       \
    CASE(slot_pairs_never_split_a_word_wrongly)                                                    \
    CASE(notes_memory_joins_again)                                                                 \
    CASE(ten_thousand_objects_come_and_go)                                                         \
    CASE(random_sizes_come_and_go)                                                                 \
    CASE(exhausted_memory_is_an_error_and_comes_back)                                              \
    CASE(exhausted_slots_are_an_error_and_come_back)                                               \
    CASE(free_halves_are_joined_when_slots_run_out)                                                \
    CASE(exhausted_notes_are_an_error_and_come_back)                                               \
    CASE(virtual_pool_gives_more_notes)                                                            \
    CASE(too_small_a_pool_is_refused)                                                              \
    CASE(every_page_of_a_device_is_reached)                                                        \
    CASE(addresses_in_ram_and_far_devices_are_reached)                                             \
    CASE(a_split_region_is_joined_for_a_larger_address_wish)                                       \
    CASE(device_memory_never_serves_ordinary_requests)                                             \
    CASE(copies_left_behind_die_with_the_memory)                                                   \
    CASE(memory_that_others_use_is_left_alone)                                                     \
    CASE(an_occupied_destination_loses_nothing)                                                    \
    CASE(sizes_that_do_not_exist_are_refused)                                                      \
    CASE(a_second_free_is_refused)

#define DECLARE(name) void name(void);
CASES(DECLARE)
#undef DECLARE
