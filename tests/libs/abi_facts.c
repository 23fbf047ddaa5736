/* Sizes, offsets, numbers and names that the ABI fixes, as conditions for compiling. */
#include <stddef.h>
#include <sel4/sel4.h>
#include <sel4/arch/mapping.h>
#include <sel4runtime.h>

#define IS(expression, value)    _Static_assert((expression) == (value), #expression " is " #value)
#define AT(type, member, offset) IS(offsetof(type, member), offset)
/* For what is a function's result: constant after inlining, wrong makes a call to nowhere. */
extern void not_the_value(void) __attribute__((error("not the value that the ABI fixes")));
#define WORD(expression, value)                                                                    \
    do {                                                                                           \
        if ((expression) != (value)) {                                                             \
            not_the_value();                                                                       \
        }                                                                                          \
    } while (0)

/* Scalar types. */
IS(sizeof(seL4_Word), 8);
IS(sizeof(seL4_CPtr), 8);
IS(sizeof(seL4_Bool), 1);
IS(sizeof(seL4_Uint16), 2);
IS(sizeof(seL4_Uint32), 4);
IS(sizeof(seL4_Time), 8);
IS((seL4_Bool)-1 < 0, 1);
_Static_assert(_Generic((seL4_Uint64)0, unsigned long : 1, default : 0), "printed with %lu");

/* Widths of enumerations. */
IS(sizeof(seL4_Error), 4);
IS(sizeof(seL4_ObjectType), 4);
IS(sizeof(enum seL4_RootCNodeCapSlots), 4);
IS(sizeof(enum seL4_MsgLimits), 4);
IS(sizeof(seL4_X86_VMAttributes), 8);
IS(sizeof(seL4_LookupFailureType), 8);
IS(sizeof(seL4_TCBFlag), 8);
IS(sizeof(seL4_CapFault_Msg), 8);
IS(sizeof(seL4_VMFault_Msg), 8);
IS(sizeof(seL4_UnknownSyscall_Msg), 8);
IS(sizeof(seL4_UserException_Msg), 8);
IS(sizeof(seL4_BootInfoID), 8);

/* The IPC buffer. */
IS(sizeof(seL4_IPCBuffer), 1024);
IS(_Alignof(seL4_IPCBuffer), 1024);
AT(seL4_IPCBuffer, tag, 0);
AT(seL4_IPCBuffer, msg, 8);
AT(seL4_IPCBuffer, userData, 968);
AT(seL4_IPCBuffer, caps_or_badges, 976);
AT(seL4_IPCBuffer, receiveCNode, 1000);
AT(seL4_IPCBuffer, receiveIndex, 1008);
AT(seL4_IPCBuffer, receiveDepth, 1016);
IS(seL4_MsgMaxLength, 120);
IS(seL4_MsgMaxExtraCaps, 3);
IS(seL4_MsgLengthBits, 7);
IS(seL4_MsgExtraCapBits, 2);
IS(seL4_CapRightsBits, 4);
IS(seL4_FastMessageRegisters, 4);

/* BootInfo. */
IS(sizeof(seL4_BootInfo), 3848);
AT(seL4_BootInfo, extraLen, 0);
AT(seL4_BootInfo, nodeID, 8);
AT(seL4_BootInfo, numNodes, 16);
AT(seL4_BootInfo, numIOPTLevels, 24);
AT(seL4_BootInfo, ipcBuffer, 32);
AT(seL4_BootInfo, empty, 40);
AT(seL4_BootInfo, sharedFrames, 56);
AT(seL4_BootInfo, userImageFrames, 72);
AT(seL4_BootInfo, userImagePaging, 88);
AT(seL4_BootInfo, ioSpaceCaps, 104);
AT(seL4_BootInfo, extraBIPages, 120);
AT(seL4_BootInfo, initThreadCNodeSizeBits, 136);
AT(seL4_BootInfo, initThreadDomain, 144);
AT(seL4_BootInfo, untyped, 152);
AT(seL4_BootInfo, untypedList, 168);
IS(sizeof(seL4_SlotRegion), 16);
IS(sizeof(seL4_UntypedDesc), 16);
AT(seL4_UntypedDesc, sizeBits, 8);
AT(seL4_UntypedDesc, isDevice, 9);
IS(sizeof(seL4_BootInfoHeader), 16);
IS(seL4_BootInfoFrameBits, 12);
IS(sizeof(seL4_X86_BootInfo_mmap_t), 1220);
IS(sizeof(seL4_X86_BootInfo_fb_t), 38);
IS(sizeof(seL4_X86_BootInfo_tsc_freq_t), 20);
IS(SEL4_BOOTINFO_HEADER_X86_VBE, 1);
IS(SEL4_BOOTINFO_HEADER_X86_MBMMAP, 2);
IS(SEL4_BOOTINFO_HEADER_X86_ACPI_RSDP, 3);
IS(SEL4_BOOTINFO_HEADER_X86_FRAMEBUFFER, 4);
IS(SEL4_BOOTINFO_HEADER_X86_TSC_FREQ, 5);
IS(SEL4_BOOTINFO_HEADER_FDT, 6);

/* Initial slots. */
IS(seL4_CapNull, 0);
IS(seL4_CapInitThreadTCB, 1);
IS(seL4_CapInitThreadCNode, 2);
IS(seL4_CapInitThreadVSpace, 3);
IS(seL4_CapInitThreadPD, 3);
IS(seL4_CapIRQControl, 4);
IS(seL4_CapASIDControl, 5);
IS(seL4_CapInitThreadASIDPool, 6);
IS(seL4_CapIOPortControl, 7);
IS(seL4_CapIOSpace, 8);
IS(seL4_CapBootInfoFrame, 9);
IS(seL4_CapInitThreadIPCBuffer, 10);
IS(seL4_CapDomain, 11);
IS(seL4_CapInitThreadSC, 14);
IS(seL4_NumInitialCaps, 16);

/* Registers. */
IS(sizeof(seL4_UserContext), 160);
AT(seL4_UserContext, rip, 0);
AT(seL4_UserContext, rsp, 8);
AT(seL4_UserContext, rflags, 16);
AT(seL4_UserContext, rax, 24);
AT(seL4_UserContext, rbx, 32);
AT(seL4_UserContext, rcx, 40);
AT(seL4_UserContext, rdx, 48);
AT(seL4_UserContext, rsi, 56);
AT(seL4_UserContext, rdi, 64);
AT(seL4_UserContext, rbp, 72);
AT(seL4_UserContext, r8, 80);
AT(seL4_UserContext, r15, 136);
AT(seL4_UserContext, fs_base, 144);
AT(seL4_UserContext, gs_base, 152);

/* Object types and sizes. */
IS(seL4_UntypedObject, 0);
IS(seL4_TCBObject, 1);
IS(seL4_EndpointObject, 2);
IS(seL4_NotificationObject, 3);
IS(seL4_AsyncEndpointObject, 3);
IS(seL4_CapTableObject, 4);
IS(seL4_NonArchObjectTypeCount, 5);
IS(seL4_X86_PDPTObject, 5);
IS(seL4_X64_PML4Object, 6);
IS(seL4_X64_HugePageObject, 7);
IS(seL4_X86_4K, 8);
IS(seL4_X86_LargePageObject, 9);
IS(seL4_X86_PageTableObject, 10);
IS(seL4_X86_PageDirectoryObject, 11);
IS(seL4_ObjectTypeCount, 12);
IS(seL4_X86_IOPageTableObject, 0xffffff);
IS(seL4_SlotBits, 5);
IS(seL4_TCBBits, 11);
IS(seL4_EndpointBits, 4);
IS(seL4_NotificationBits, 5);
IS(seL4_PageBits, 12);
IS(seL4_LargePageBits, 21);
IS(seL4_HugePageBits, 30);
IS(seL4_MinUntypedBits, 4);
IS(seL4_MaxUntypedBits, 47);
IS(seL4_PageTableIndexBits, 9);
IS(seL4_VSpaceBits, 12);
IS(seL4_ASIDPoolBits, 12);
IS(seL4_ASIDPoolIndexBits, 9);
IS(seL4_NumASIDPoolsBits, 3);
IS(seL4_IPCBufferSizeBits, 10);
IS(seL4_WordBits, 64);
IS(seL4_WordSizeBits, 3);
IS(seL4_BadgeBits, 64);
IS(seL4_MaxPrio, 255);
IS(seL4_MinPrio, 0);
IS(seL4_InvalidPrio, -1);
IS(seL4_UntypedRetypeMaxObjects, 256);
IS(seL4_UserTop, 0x7ffffffff000);
IS(seL4_UserVSpaceTop, 0x7fffffffefff);

/* Errors and lookup failures. */
IS(seL4_NoError, 0);
IS(seL4_InvalidArgument, 1);
IS(seL4_InvalidCapability, 2);
IS(seL4_IllegalOperation, 3);
IS(seL4_RangeError, 4);
IS(seL4_AlignmentError, 5);
IS(seL4_FailedLookup, 6);
IS(seL4_TruncatedMessage, 7);
IS(seL4_DeleteFirst, 8);
IS(seL4_RevokeFirst, 9);
IS(seL4_NotEnoughMemory, 10);
IS(seL4_NumErrors, 11);
IS(seL4_NoFailure, 0);
IS(seL4_InvalidRoot, 1);
IS(seL4_MissingCapability, 2);
IS(seL4_DepthMismatch, 3);
IS(seL4_GuardMismatch, 4);
IS(SEL4_MAPPING_LOOKUP_LEVEL, 2);
IS(SEL4_MAPPING_LOOKUP_NO_PT, 21);
IS(SEL4_MAPPING_LOOKUP_NO_PD, 30);
IS(SEL4_MAPPING_LOOKUP_NO_PDPT, 39);

/* System calls. */
IS(seL4_SysCall, -1);
IS(seL4_SysReplyRecv, -2);
IS(seL4_SysSend, -3);
IS(seL4_SysNBSend, -4);
IS(seL4_SysRecv, -5);
IS(seL4_SysReply, -6);
IS(seL4_SysYield, -7);
IS(seL4_SysNBRecv, -8);
IS(seL4_SysDebugPutChar, -9);
IS(seL4_SysDebugDumpScheduler, -10);
IS(seL4_SysDebugHalt, -11);
IS(seL4_SysDebugCapIdentify, -12);
IS(seL4_SysDebugSnapshot, -13);
IS(seL4_SysDebugNameThread, -14);
IS(seL4_SysSetTLSBase, -30);

/* Invocations: the first and last of each kind fix those between. */
IS(UntypedRetype, 1);
IS(TCBReadRegisters, 2);
IS(TCBSetFlags, 16);
IS(CNodeRevoke, 17);
IS(CNodeCopy, 20);
IS(CNodeSaveCaller, 25);
IS(IRQIssueIRQHandler, 26);
IS(IRQClearIRQHandler, 29);
IS(DomainSetSet, 30);
IS(DomainScheduleSetStart, 32);
IS(nInvocationLabels, 33);
IS(X86PDPTMap, 33);
IS(nSeL4ArchInvocationLabels, 35);
IS(X86PageDirectoryMap, 35);
IS(X86PageMap, 39);
IS(X86PageGetAddress, 41);
IS(X86ASIDControlMakePool, 42);
IS(X86IOPortControlIssue, 44);
IS(X86IOPortOut32, 50);
IS(X86IRQIssueIRQHandlerIOAPIC, 51);
IS(X86IRQIssueIRQHandlerMSI, 52);
IS(nArchInvocationLabels, 53);

/* Faults. */
IS(seL4_Fault_NullFault, 0);
IS(seL4_Fault_CapFault, 1);
IS(seL4_Fault_UnknownSyscall, 2);
IS(seL4_Fault_UserException, 3);
IS(seL4_Fault_VMFault, 5);
IS(seL4_CapFault_GuardMismatch_BitsFound, 6);
IS(seL4_CapFault_DepthMismatch_BitsFound, 5);
IS(seL4_UnknownSyscall_FaultIP, 15);
IS(seL4_UnknownSyscall_SP, 16);
IS(seL4_UnknownSyscall_Syscall, 18);
IS(seL4_UnknownSyscall_Length, 19);
IS(seL4_UserException_Length, 5);
IS(seL4_VMFault_FSR, 3);
IS(seL4_VMFault_Length, 4);

/* Attributes, flags, configuration, auxiliary vector. */
IS(seL4_X86_Default_VMAttributes, 0);
IS(seL4_X86_WriteThrough, 1);
IS(seL4_X86_CacheDisabled, 2);
IS(seL4_X86_Uncacheable, 3);
IS(seL4_X86_WriteCombining, 4);
IS(seL4_TCBFlag_fpuDisabled, 1);
IS(IRQ_OFFSET, 0x30);
IS(VECTOR_MAX, 109);
IS(CONFIG_ROOT_CNODE_SIZE_BITS, 13);
IS(CONFIG_NUM_DOMAINS, 1);
IS(CONFIG_MAX_NUM_BOOTINFO_UNTYPED_CAPS, 230);
IS(CONFIG_XSAVE_SIZE, 512);
IS(sizeof(auxv_t), 16);
IS(AT_PHDR, 3);
IS(AT_SYSINFO, 32);
IS(AT_SEL4_BOOT_INFO, 64);
IS(AT_SEL4_IPC_BUFFER_PTR, 67);
IS(AT_SEL4_TCB, 69);

#if !defined CONFIG_SET_TLS_BASE_SELF || !defined CONFIG_DEBUG_BUILD || !defined CONFIG_PRINTING
#error "symbols of the debug configuration are missing"
#endif
#ifdef CONFIG_KERNEL_MCS
#error "no MCS"
#endif

void words(void);
void words(void) {
    WORD(seL4_MessageInfo_new(5, 3, 2, 1).words[0], 5ul << 12 | 3 << 9 | 2 << 7 | 1);
    WORD(seL4_MessageInfo_new(0, 15, 7, 128).words[0], 7 << 9 | 3 << 7);
    seL4_MessageInfo_t info = {{0xabcdeful << 12 | 5 << 9 | 2 << 7 | 99}};
    WORD(seL4_MessageInfo_get_label(info), 0xabcdef);
    WORD(seL4_MessageInfo_get_capsUnwrapped(info), 5);
    WORD(seL4_MessageInfo_get_extraCaps(info), 2);
    WORD(seL4_MessageInfo_get_length(info), 99);
    info = seL4_MessageInfo_set_label(info, 7);
    info = seL4_MessageInfo_set_length(info, 0x181);
    seL4_MessageInfo_ptr_set_capsUnwrapped(&info, 1);
    seL4_MessageInfo_ptr_set_extraCaps(&info, 3);
    WORD(info.words[0], 7 << 12 | 1 << 9 | 3 << 7 | 1);
    WORD(seL4_MessageInfo_ptr_get_extraCaps(&info), 3);
    seL4_MessageInfo_ptr_new(&info, 1, 0, 0, 2);
    WORD(info.words[0], 1 << 12 | 2);
    WORD(seL4_CapRights_new(1, 0, 0, 0).words[0], 8);
    WORD(seL4_CapRights_new(0, 1, 0, 0).words[0], 4);
    WORD(seL4_CapRights_new(0, 0, 1, 0).words[0], 2);
    WORD(seL4_CapRights_new(0, 0, 0, 1).words[0], 1);
    WORD(seL4_CapRights_get_capAllowGrantReply(seL4_CanGrantReply), 1);
    WORD(seL4_AllRights.words[0], 15);
    WORD(seL4_ReadWrite.words[0], 3);
    WORD(seL4_NoWrite.words[0], 14);
    WORD(seL4_NoRead.words[0], 13);
    WORD(seL4_NoRights.words[0], 0);
    WORD(seL4_CNode_CapData_new(3, 5).words[0], 3 << 6 | 5);
    WORD(seL4_CNode_CapData_get_guard(seL4_CNode_CapData_new(3, 5)), 3);
    WORD(seL4_CNode_CapData_get_guardSize(seL4_CNode_CapData_new(3, 69)), 5);
    WORD(seL4_NilData, 0);
    WORD(seL4_isVMFault_tag(seL4_MessageInfo_new(5, 0, 0, 4)), 1);
    WORD(seL4_isVMFault_tag(seL4_MessageInfo_new(3, 0, 0, 4)), 0);
    WORD(seL4_isCapFault_tag(seL4_MessageInfo_new(1, 0, 0, 4)), 1);
    WORD(seL4_isUnknownSyscall_tag(seL4_MessageInfo_new(2, 0, 0, 4)), 1);
    WORD(seL4_isUserException_tag(seL4_MessageInfo_new(3, 0, 0, 4)), 1);
    WORD(seL4_isNullFault_tag(seL4_MessageInfo_new(0, 0, 0, 4)), 1);
}
