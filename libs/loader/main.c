/* Root task of a lab with several programs: the loader, and the table that the lab's build made. */
#include <loader/loader.h>

int main(void) { loader_run(&loader_table); }
