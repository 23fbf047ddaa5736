/*
 * Cases of a root task that tests the libraries: each prints `ok NAME`, or `FAIL NAME: …` and why.
 *
 * A case is a function; CHECK leaves it at the first condition that does not hold.
 */
#pragma once

#include <allocman/bootstrap.h>
#include <allocman/vka.h>
#include <sel4platsupport/bootinfo.h>
#include <sel4utils/strerror.h>
#include <sel4utils/vspace.h>
#include <simple-default/simple-default.h>
#include <stdio.h>
#include <string.h>
#include <vka/object.h>
#include <vspace/vspace.h>

extern simple_t simple;
extern vka_t vka;
extern allocman_t *allocman;
extern vspace_t vspace;

struct check_case {
    const char *name;
    void (*run)(void);
};

/* Start allocator and address space; a pool of 10 pages, as the lessons have. */
void check_start(void);

/* Note that the running case failed. */
void check_failed(int line, const char *condition);

/* Run the cases in order. */
void check_run(const struct check_case *cases, int count);

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            check_failed(__LINE__, #condition);                                                    \
            return;                                                                                \
        }                                                                                          \
    } while (0)

#define CASE(name)                                                                                 \
    { #name, name }
#define CHECK_RUN(cases) check_run(cases, sizeof(cases) / sizeof((cases)[0]))

/* What is left to allocate: the same before and after a case that gives everything back. */
struct check_left {
    seL4_Word slots;
    size_t notes;
};
struct check_left check_left(void);

static inline bool check_same(struct check_left a, struct check_left b) {
    return a.slots == b.slots && a.notes == b.notes;
}
