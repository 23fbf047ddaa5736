/* The numbers of the object types, as seL4_Untyped_Retype takes them.
 *
 * ABI sheet 5.1. */
#pragma once
#include <sel4/config.h>

typedef enum api_object {
    seL4_UntypedObject,      /**< size_bits: its size, 4 to 47 */
    seL4_TCBObject,          /**< a thread */
    seL4_EndpointObject,     /**< where threads exchange messages */
    seL4_NotificationObject, /**< a word of signals */
    seL4_CapTableObject,     /**< a CNode; size_bits: 2^size_bits slots */
    seL4_NonArchObjectTypeCount
} seL4_ObjectType;

enum { seL4_AsyncEndpointObject = seL4_NotificationObject }; /* former name */

typedef enum _mode_object {
    seL4_X86_PDPTObject = seL4_NonArchObjectTypeCount, /**< page directory pointer table */
    seL4_X64_PML4Object,                               /**< root of an address space */
    seL4_X64_HugePageObject,                           /**< a frame of 1 GiB */
    seL4_ModeObjectTypeCount
} seL4_ModeObjectType;

typedef enum _object {
    seL4_X86_4K = seL4_ModeObjectTypeCount, /**< a frame of 4 KiB */
    seL4_X86_LargePageObject,               /**< a frame of 2 MiB */
    seL4_X86_PageTableObject,
    seL4_X86_PageDirectoryObject,
    seL4_ObjectTypeCount
} seL4_ArchObjectType;

/* Not in this configuration: numbers that no Retype accepts. */
#define seL4_X86_IOPageTableObject 0xffffff
#define seL4_X86_VCPUObject        0xfffffe
#define seL4_X86_EPTPML4Object     0xfffffd
#define seL4_X86_EPTPDPTObject     0xfffffc
#define seL4_X86_EPTPDObject       0xfffffb
#define seL4_X86_EPTPTObject       0xfffffa

#define seL4_IA32_PDPTObject seL4_X86_PDPTObject

typedef unsigned long api_object_t;
typedef unsigned long object_t;
