/* The singly linked list of utils/list.h: a chain from `head` to NULL. */
#include <utils/list.h>
#include <stdlib.h>

int list_init(list_t *list) {
    list->head = NULL;
    return 0;
}

list_node_t *list_create_node(void *data) {
    list_node_t *node = malloc(sizeof *node);
    if (node != NULL) {
        *node = (list_node_t){.data = data};
    }
    return node;
}

int list_prepend_node(list_t *list, list_node_t *node) {
    node->next = list->head;
    list->head = node;
    return 0;
}

int list_append_node(list_t *list, list_node_t *node) {
    list_node_t **end = &list->head;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    node->next = NULL;
    *end = node;
    return 0;
}

int list_prepend(list_t *list, void *data) {
    list_node_t *node = list_create_node(data);
    return node == NULL ? -1 : list_prepend_node(list, node);
}

int list_append(list_t *list, void *data) {
    list_node_t *node = list_create_node(data);
    return node == NULL ? -1 : list_append_node(list, node);
}

bool list_is_empty(list_t *list) { return list->head == NULL; }

/* The link that leads to the first element equal to `data`; the last link if there is none. */
static list_node_t **find(list_t *list, void *data, list_comparator_t compare) {
    list_node_t **link = &list->head;
    while (*link != NULL && compare((*link)->data, data) != 0) {
        link = &(*link)->next;
    }
    return link;
}

bool list_exists(list_t *list, void *data, list_comparator_t compare) {
    return *find(list, data, compare) != NULL;
}

int list_length(list_t *list) {
    int length = 0;
    for (list_node_t *node = list->head; node != NULL; node = node->next) {
        length++;
    }
    return length;
}

int list_foreach(list_t *list, int (*action)(void *data, void *token), void *token) {
    for (list_node_t *node = list->head; node != NULL; node = node->next) {
        int result = action(node->data, token);
        if (result != 0) {
            return result;
        }
    }
    return 0;
}

int list_remove(list_t *list, void *data, list_comparator_t compare) {
    list_node_t **link = find(list, data, compare);
    list_node_t *node = *link;
    if (node == NULL) {
        return -1;
    }
    *link = node->next;
    free(node);
    return 0;
}

int list_remove_node(list_t *list, list_node_t *node) {
    for (list_node_t **link = &list->head; *link != NULL; link = &(*link)->next) {
        if (*link == node) {
            *link = node->next;
            return 0;
        }
    }
    return -1;
}

int list_remove_all(list_t *list) {
    while (list->head != NULL) {
        list_node_t *node = list->head;
        list->head = node->next;
        free(node);
    }
    return 0;
}

int list_destroy(list_t *list) { return list_is_empty(list) ? 0 : -1; }
