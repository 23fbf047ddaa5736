/* A singly linked list of pointers whose nodes the list allocates itself.
 *
 * Every function returns 0 on success and non-zero on failure unless it says otherwise.  Elements
 * are compared with a function of the caller that returns 0 for equal ones. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

typedef struct list_node {
    void *data;
    struct list_node *next;
} list_node_t;

typedef struct {
    list_node_t *head;
} list_t;

typedef int (*list_comparator_t)(void *a, void *b);

/** Makes an empty list. */
int list_init(list_t *list);
/** Adds an element at the front. */
int list_prepend(list_t *list, void *data);
/** Adds an element at the end. */
int list_append(list_t *list, void *data);
/** Is there no element? */
bool list_is_empty(list_t *list);
/** Is an element equal to `data` there? */
bool list_exists(list_t *list, void *data, list_comparator_t compare);
/** Number of elements. */
int list_length(list_t *list);
/** Calls `action` with each element until it returns non-zero, and returns that. */
int list_foreach(list_t *list, int (*action)(void *data, void *token), void *token);
/** Removes the first element equal to `data`; fails if there is none. */
int list_remove(list_t *list, void *data, list_comparator_t compare);
/** Removes all elements. */
int list_remove_all(list_t *list);
/** Ends the use of a list, which must be empty. */
int list_destroy(list_t *list);

/* The same with nodes of the caller: nothing is allocated or freed. */
list_node_t *list_create_node(void *data);
int list_prepend_node(list_t *list, list_node_t *node);
int list_append_node(list_t *list, list_node_t *node);
int list_remove_node(list_t *list, list_node_t *node);
