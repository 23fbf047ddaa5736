"""Honest submissions: wrong ones that lose their task, and right ones that look unusual."""

from corpus.making import Entry, edit, region, worked
from grader import states
from grader.score import Verdict as V

WRONG = [
    Entry("nothing_done", "dynamic-2", worked("dynamic-2", 0), V.FAILED, 0, "Task 1 is next"),
    Entry("first_half_done", "dynamic-2", worked("dynamic-2", 7), V.FAILED, 7, "Task 8 is next"),
    Entry("all_but_the_last", "ipc", worked("ipc", 3), V.FAILED, 3),
    Entry("wrong_badge", "dynamic-2", region(
        "dynamic-2", 7, "    error = vka_mint_object(&vka, &ep_object, &ep_cap_path, "
        "seL4_AllRights, EP_BADGE + 1);"), V.HANG, 14, "a copy with badge"),
    Entry("no_badge", "dynamic-2", region(
        "dynamic-2", 7, "    error = vka_mint_object(&vka, &ep_object, &ep_cap_path, "
        "seL4_AllRights, 0);"), V.HANG, 14),
    Entry("page_of_another_size", "dynamic-2", region(
        "dynamic-2", 1, "    error = vka_alloc_frame(&vka, 21, &ipc_frame_object);"), V.FAILED, 14),
    Entry("table_at_another_address", "dynamic-2", region(
        "dynamic-2", 4, "        error = seL4_ARCH_PageTable_Map(pt_object.cptr, pd_cap, "
        "0x8000000, seL4_ARCH_Default_VMAttributes);"), V.FAILED, 14, "one mapped at 0x8000000"),
    Entry("read_only_buffer", "dynamic-2", region(
        "dynamic-2", 5, "        error = seL4_ARCH_Page_Map(ipc_frame_object.cptr, pd_cap, "
        "ipc_buffer_vaddr, seL4_CanRead, seL4_ARCH_Default_VMAttributes);"), V.FAULT, 14,
          "0x7000"),
    Entry("request_too_long", "dynamic-2", region(
        "dynamic-2", 8, "    seL4_SetMR(0, MSG_DATA);\n    return seL4_MessageInfo_new(0, 0, 0, 2);"),
          V.HANG, 14),
    Entry("received_from_the_badged_copy", "dynamic-2", region(
        "dynamic-2", 11, "    tag = seL4_Recv(ep_cap_path.capPtr + 1, &sender_badge);"), V.FAULT, 14),
    Entry("macro_of_a_task_that_is_right", "dynamic-2", states.put(states.put(
        region("dynamic-2", 10, "    return seL4_GetMR(1);"),
        region("dynamic-2", 12, "#define FIRST 0\n    return sender_badge == EP_BADGE && "
                                "seL4_MessageInfo_get_length(tag) == 1;"), {12}),
        region("dynamic-2", 13, "    return seL4_GetMR(FIRST);"), {13}), V.FAILED, 14),
    Entry("function_of_a_task_that_is_right", "dynamic-2", states.put(
        region("dynamic-2", 12, "    return sender_badge == EP_BADGE;"),
        region("dynamic-2", 13, "    return read_reply();"), {13}), V.FAILED, 14),
    Entry("answer_not_turned_over", "dynamic-2", edit(
        "dynamic-2", ("write_reply(~msg)", "write_reply(msg)")), V.FAILED, 14),
    Entry("child_too_small", "untyped", region(
        "untyped", 1, "    seL4_Word untyped_size_bits = seL4_TCBBits;"), V.FAILED, 9),
    Entry("another_object_type", "untyped", region(
        "untyped", 4, "    error = seL4_Untyped_Retype(child_untyped, seL4_EndpointObject, 0, "
        "seL4_CapInitThreadCNode, 0, 0, child_ntfn, 1);"), V.FAILED, 9),
    Entry("revoke_of_the_wrong_slot", "untyped", region(
        "untyped", 5, "    error = seL4_CNode_Revoke(seL4_CapInitThreadCNode, child_tcb, "
        "seL4_WordBits);"), V.FAILED, 9),
    Entry("frame_at_the_start", "untyped", region(
        "untyped", 6, "    return retype(find_untyped(info, 20), seL4_X86_4K, 0, frame_slot, 1);"),
          V.FAILED, 8, "one at 0x"),
    Entry("capability_not_sent", "ipc", region(
        "ipc", 1, "    info = seL4_MessageInfo_new(0, 0, 0, 0);"), V.FAILED, 4),
    Entry("letters_of_the_registers_only", "ipc", region(
        "ipc", 2, """            for (seL4_Word i = 0; i < 4 && i < length; i++) {
                printf("%c", (char)seL4_GetMR(i));
            }
            printf("\\n");"""), V.FAILED, 4),
    Entry("nobody_is_answered", "ipc", region(
        "ipc", 3, "        info = seL4_Recv(endpoint, &sender);"), V.HANG, 4),
]

UNUSUAL = [
    Entry("endpoint_made_by_hand", "dynamic-2", region("dynamic-2", 6, """
    vka_object_t memory;
    vka_alloc_untyped(&vka, seL4_PageBits, &memory);
    vka_cspace_alloc(&vka, &ep_object.cptr);
    error = seL4_Untyped_Retype(memory.cptr, seL4_EndpointObject, 0, seL4_CapInitThreadCNode, 0, 0,
                                ep_object.cptr, 1);"""), V.PASSED, 15),
    Entry("reply_and_receive_apart", "dynamic-2", region("dynamic-2", 15, """
    seL4_Reply(seL4_MessageInfo_new(0, 0, 0, 1));
    seL4_Recv(ep_object.cptr, &sender_badge);"""), V.PASSED, 15),
    Entry("objects_deleted_one_by_one", "untyped", region("untyped", 5, """
    for (seL4_CPtr slot = child_tcb; slot <= child_ntfn; slot++) {
        seL4_CNode_Delete(seL4_CapInitThreadCNode, slot, seL4_WordBits);
    }"""), V.PASSED, 10),
    Entry("words_put_together_first", "ipc", region("ipc", 2, """
            char word[seL4_MsgMaxLength + 1] = "";
            for (seL4_Word i = 0; i < length; i++) {
                word[i] = seL4_GetMR(i);
            }
            puts(word);"""), V.PASSED, 5),
    Entry("strange_layout", "ipc", worked("ipc").replace("    ", "\t").replace("\n", "\r\n")
          .replace("while (true)", "while \\\r\n(1)"), V.PASSED, 5),
    Entry("helpers_and_comments", "dynamic-2", edit("dynamic-2", (
        "static seL4_Word read_reply(void) {",
        "#define WORD 0 /* \u4e2d\u6587 \u00fc \U0001f600 */\n"
        "static seL4_Word read_reply(void) {"), ("return seL4_GetMR(0);",
                                                 "return seL4_GetMR(WORD);")), V.PASSED, 15),
]

ENTRIES = [*WRONG, *UNUSUAL]
