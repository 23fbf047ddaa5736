/* The auxiliary vector: what the one who starts a program tells its runtime. */
#pragma once

typedef struct auxv {
    int a_type;
    union {
        long a_val;
        void *a_ptr;
        void (*a_fnc)(void);
    } a_un;
} auxv_t;

#define AT_NULL    0
#define AT_IGNORE  1
#define AT_PHDR    3 /**< program headers */
#define AT_PHENT   4 /**< size of one */
#define AT_PHNUM   5 /**< how many */
#define AT_PAGESZ  6
#define AT_SYSINFO 32

#define AT_SEL4_BOOT_INFO      64 /**< address of the BootInfo */
#define AT_SEL4_CSPACE_DESC    65
#define AT_SEL4_VSYSCALL       66
#define AT_SEL4_IPC_BUFFER_PTR 67 /**< address of the IPC buffer */
#define AT_SEL4_IPC_BUFFER     68
#define AT_SEL4_TCB            69 /**< capability of the initial thread */
#define AT_SEL4_CNODE          70
#define AT_SEL4_VSPACE         71
#define AT_SEL4_ASID_POOL      72
