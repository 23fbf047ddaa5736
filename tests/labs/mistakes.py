"""The usual mistakes: the task that each one costs, and the advice that it gets."""

from cases import ANSWER, EMPTY, FRAME_AT, FRAME_MAP, KEEP, TABLE_MAP, WORD, Case

MISTAKES = [
    Case("dynamic-2", "large page", {1: "error = vka_alloc_frame(&vka, 21, &ipc_frame_object);"},
         1, "2^12"),
    Case("dynamic-2", "mapping's error not kept",
         {2: "seL4_ARCH_Page_Map(ipc_frame_object.cptr, pd_cap, ipc_buffer_vaddr, seL4_AllRights,"
             " seL4_ARCH_Default_VMAttributes);"}, 2, "Keep the error"),
    Case("dynamic-2", "table's error not kept", {3: "vka_alloc_page_table(&vka, &pt_object);"},
         3, "Assign the result"),
    Case("dynamic-2", "frame instead of table",
         {4: "error = seL4_ARCH_Page_Map(ipc_frame_object.cptr, pd_cap, ipc_buffer_vaddr,"
             " seL4_AllRights, seL4_ARCH_Default_VMAttributes);"}, 4, "mapped first"),
    Case("dynamic-2", "read-only page",
         {5: "error = seL4_ARCH_Page_Map(ipc_frame_object.cptr, pd_cap, ipc_buffer_vaddr,"
             " seL4_CanRead, seL4_ARCH_Default_VMAttributes);"}, 5, "read-only: pass seL4_AllRights"),
    Case("dynamic-2", "notification for endpoint",
         {6: "error = vka_alloc_notification(&vka, &ep_object);"}, 6, "signals, not messages"),
    Case("dynamic-2", "badge as a number",
         {7: "error = vka_mint_object(&vka, &ep_object, &ep_cap_path, seL4_AllRights, 0x61);"},
         7, "constant EP_BADGE"),
    Case("dynamic-2", "no badge",
         {7: "error = vka_mint_object(&vka, &ep_object, &ep_cap_path, seL4_AllRights, 0);"},
         7, "no badge"),
    Case("dynamic-2", "word as a number",
         {8: "seL4_SetMR(0, 0x6161); return seL4_MessageInfo_new(0, 0, 0, 1);"},
         8, "constant MSG_DATA"),
    Case("dynamic-2", "call without badge", {9: "tag = seL4_Call(ep_object.cptr, tag);"},
         9, "ep_cap_path.capPtr"),
    Case("dynamic-2", "call without badge that nobody receives",
         {9: "tag = seL4_Call(ep_object.cptr, tag);", 11: ""}, 9, "ep_cap_path.capPtr",
         frozenset({11})),
    Case("dynamic-2", "send that nobody receives",
         {9: "seL4_Send(ep_cap_path.capPtr, tag);", 11: ""}, 9, "use seL4_Call()",
         frozenset({11})),
    Case("dynamic-2", "send instead of call", {9: "seL4_Send(ep_cap_path.capPtr, tag);"},
         9, "use seL4_Call()"),
    Case("dynamic-2", "reply known beforehand", {10: "return ~(seL4_Word)MSG_DATA;"},
         10, "does not come from the message"),
    Case("dynamic-2", "badge not kept", {11: "tag = seL4_Recv(ep_object.cptr, NULL);"},
         11, "&sender_badge"),
    Case("dynamic-2", "length not verified", {12: "return sender_badge == EP_BADGE;"},
         12, "also takes wrong ones"),
    Case("dynamic-2", "request known beforehand", {13: "return MSG_DATA;"}, 13,
         "does not come from the message"),
    Case("dynamic-2", "a table for a frame",
         {1: "error = vka_alloc_page_table(&vka, &ipc_frame_object);"}, 1, "is a frame"),
    Case("dynamic-2", "a frame for a table",
         {3: "error = vka_alloc_frame(&vka, IPCBUF_FRAME_SIZE_BITS, &pt_object);"}, 3,
         "the table above the page"),
    Case("dynamic-2", "another word written", {14: "seL4_SetMR(0, word + 1);"}, 14, "as it is"),
    Case("dynamic-2", "word not written", {14: "(void)word;"}, 14, "unchanged"),
    Case("dynamic-2", "empty reply",
         {15: "seL4_ReplyRecv(ep_object.cptr, seL4_MessageInfo_new(0, 0, 0, 0), &sender_badge);"},
         15, "wrong length"),
    Case("dynamic-2", "nobody waits after the reply",
         {15: "seL4_Reply(seL4_MessageInfo_new(0, 0, 0, 1));"}, 15, "ran off its end"),
    Case("dynamic-2", "send instead of reply",
         {15: "seL4_Send(ep_object.cptr, seL4_MessageInfo_new(0, 0, 0, 1));"},
         15, "goes to the caller"),
    Case("untyped", "just the TCB", {1: "seL4_Word untyped_size_bits = seL4_TCBBits;"},
         1, "The TCB alone"),
    Case("untyped", "bits added up",
         {1: "seL4_Word untyped_size_bits = seL4_TCBBits + seL4_EndpointBits"
             " + seL4_NotificationBits;"}, 1, "larger than"),
    Case("untyped", "from the parent",
         {2: "error = retype(parent_untyped, objects[0], 0, child_tcb, 1);"}, 2, "child_untyped"),
    Case("untyped", "occupied slot",
         {3: "error = retype(child_untyped, objects[1], 0, child_tcb, 1);"}, 3, "not empty"),
    Case("untyped", "second endpoint",
         {4: "error = retype(child_untyped, objects[1], 0, child_ntfn, 1);"},
         4, "seL4_NotificationObject"),
    Case("untyped", "child deleted",
         {5: "seL4_CNode_Delete(seL4_CapInitThreadCNode, child_untyped, seL4_WordBits);"},
         5, "itself was deleted"),
    Case("untyped", "no filler",
         {6: "return retype(find_untyped(info, 24), seL4_X86_4K, seL4_PageBits, frame_slot, 1);"},
         6, "watermark"),
    Case("untyped", "the smallest filler forgotten",
         {6: FRAME_AT.replace(">= seL4_PageBits", "> seL4_PageBits")}, 6, "2^12"),
    Case("untyped", "the smallest filler first",
         {6: FRAME_AT.replace("int bits = desc->sizeBits - 1; bits >= seL4_PageBits; bits--",
                              "int bits = seL4_PageBits; bits < desc->sizeBits; bits++")},
         6, "too high"),
    Case("untyped", "straight from the pool",
         {7: """static seL4_CPtr memory, next;
                static void allocator_init(seL4_CPtr pool, seL4_CPtr first_slot)
                { memory = pool; next = first_slot; }
                static seL4_CPtr object_alloc(seL4_Word type)
                { return retype(memory, type, 0, next, 1) ? seL4_CapNull : next++; }
                static void object_free(seL4_CPtr object)
                { seL4_CNode_Delete(seL4_CapInitThreadCNode, object, seL4_WordBits); }"""},
         7, "ran out of memory"),
    Case("untyped", "all revoked when the pool is full",
         {7: """static seL4_CPtr memory, first, next;
                static void allocator_init(seL4_CPtr pool, seL4_CPtr first_slot)
                { memory = pool; first = next = first_slot; }
                static seL4_CPtr object_alloc(seL4_Word type)
                {
                    if (next == first + POOL_SLOTS || retype(memory, type, 0, next, 1)) {
                        seL4_CNode_Revoke(seL4_CapInitThreadCNode, memory, seL4_WordBits);
                        next = first;
                        retype(memory, type, 0, next, 1);
                    }
                    return next++;
                }
                static void object_free(seL4_CPtr object)
                { seL4_CNode_Delete(seL4_CapInitThreadCNode, object, seL4_WordBits); }"""},
         7, "still in use"),
    Case("untyped", "nothing deleted",
         {7: """static seL4_CPtr memory, next;
                static void allocator_init(seL4_CPtr pool, seL4_CPtr first_slot)
                { memory = pool; next = first_slot; }
                static seL4_CPtr object_alloc(seL4_Word type)
                { return retype(memory, type, 0, next, 1) ? seL4_CapNull : next++; }
                static void object_free(seL4_CPtr object) {}"""}, 7, "never deleted"),
    Case("untyped", "endpoint for TCB",
         {2: "error = retype(child_untyped, objects[1], 0, child_tcb, 1);"}, 2, "objects[0]"),
    Case("untyped", "from the TCB",
         {3: "error = retype(child_tcb, objects[1], 0, child_ep, 1);"}, 3, "is no untyped"),
    Case("untyped", "notification for endpoint",
         {3: "error = retype(child_untyped, objects[2], 0, child_ep, 1);"}, 3, "objects[1]"),
    Case("untyped", "notification from the endpoint",
         {4: "error = retype(child_ep, objects[2], 0, child_ntfn, 1);"}, 4, "is no untyped"),
    Case("untyped", "parent revoked",
         {5: "seL4_CNode_Revoke(seL4_CapInitThreadCNode, parent_untyped, seL4_WordBits);"},
         5, "Another capability was revoked"),
    Case("untyped", "TCB revoked",
         {5: "seL4_CNode_Revoke(seL4_CapInitThreadCNode, child_tcb, seL4_WordBits);"},
         5, "Another capability was revoked"),
    Case("untyped", "no depth",
         {5: "seL4_CNode_Revoke(seL4_CapInitThreadCNode, child_untyped, 0);"},
         5, "seL4_WordBits"),
    Case("untyped", "first untyped of all",
         {6: "return retype(info->untyped.start, seL4_X86_4K, 0, frame_slot, 1);"},
         6, "device"),
    Case("untyped", "two notifications",
         {4: "error = retype(child_untyped, objects[2], 0, child_ntfn, 2);"}, 4, "just one"),
    Case("untyped", "too large a child, nothing taken back",
         {1: "seL4_Word untyped_size_bits = 20;", 5: ""}, 1, "smallest", frozenset({5})),
    Case("untyped", "two endpoints at once",
         {3: "error = retype(child_untyped, objects[1], 0, child_ep, 2);"}, 3, "just one is"),
    Case("untyped", "three TCBs",
         {2: "error = retype(child_untyped, objects[0], 0, child_tcb, 3);"}, 2, "no room"),
    *(Case("untyped", f"slot as node_index in task {number}",
           {number: f"error = seL4_Untyped_Retype(child_untyped, objects[{number - 2}], 0,"
                    f" seL4_CapInitThreadCNode, {slot}, seL4_WordBits, 0, 1);"}, number, "depth 0")
      for number, slot in ((3, "child_ep"), (4, "child_ntfn"))),
    *(Case("untyped", was + " turned into " + now, {6: FRAME_AT.replace(was, now)}, 6, advice)
      for was, now, advice in (
          ("spare_slot++", "spare_slot", "not empty"),
          ("|| paddr < desc->paddr || paddr - desc->paddr >= BIT(desc->sizeBits)",
           "|| paddr > desc->paddr", "does not contain"),
          ("offset & BIT", "offset && BIT", "is not set"),
          ("(offset & BIT(bits))", "(offset >= BIT(bits))", "is not set"),
          ("(untyped, seL4_X86_4K", "(spare_slot - 1, seL4_X86_4K", "one of the blocks"),
          ("frame_slot", "spare_slot", "not in frame_slot"),
          ("seL4_UntypedObject, bits", "seL4_UntypedObject, BIT(bits)", "number of bytes"),
          ("= paddr -", "= 0x1234000 -", "lesson's address"))),
    Case("dynamic-2", "a label on the request",
         {8: "seL4_SetMR(0, MSG_DATA); return seL4_MessageInfo_new(7, 0, 0, 1);"}, 8, "label 0"),
    Case("ipc", "capability without a badge",
         {1: "seL4_SetCap(0, endpoint); info = seL4_MessageInfo_new(0, 0, 1, 0);"},
         1, "without a badge"),
    Case("ipc", "capability not counted",
         {1: "seL4_SetCap(0, free_slot); info = seL4_MessageInfo_new(0, 0, 0, 0);"},
         1, "must count it"),
    Case("ipc", "only the registers",
         {2: r"""for (seL4_Word i = 0; i < length && i < 4; i++)
                 { printf("%c", (char)seL4_GetMR(i)); } printf("\n");"""}, 2, "missing its end"),
    Case("ipc", "one letter a line",
         {2: r"""for (seL4_Word i = 0; i < length; i++)
                 { printf("%c\n", (char)seL4_GetMR(i)); }"""}, 2, "newline once"),
    Case("ipc", "words known beforehand",
         {2: r"""static const char *const words[] = {"the", "quick", "brown", "fox", "jumps",
                 "over", "the", "lazy", "dog"}; static int i; printf("%s\n", words[i++]);"""},
         2, "lesson's word"),
    Case("ipc", "sender not kept",
         {3: "info = seL4_ReplyRecv(endpoint, seL4_MessageInfo_new(0, 0, 0, 0), NULL);",
          4: ""}, 3, "&sender", frozenset({4})),
    Case("ipc", "nobody answered", {3: "info = seL4_Recv(endpoint, &sender);", 4: ""}, 3,
         "No client got a reply", frozenset({4})),
    Case("ipc", "saved before the slot is empty",
         {4: """if (length > 0) {
                    seL4_Error error = seL4_CNode_SaveCaller(cnode, reply_slot, seL4_WordBits);
                    ZF_LOGF_IFERR(error, "Failed to save the reply capability.");
                    if (reply_kept) { seL4_Send(reply_slot, seL4_MessageInfo_new(0, 0, 0, 0)); }
                    reply_kept = reply_later = true;
                }"""}, 4, "still held"),
    Case("ipc", "numbers of the lesson",
         {4: """if (reply_kept) {
                    seL4_Send(reply_slot, seL4_MessageInfo_new(0, 0, 0, 0)); reply_kept = false; }
                if (length > 0 && (sender == 1 || sender == 2)) {
                    seL4_CNode_SaveCaller(cnode, reply_slot, seL4_WordBits);
                    reply_kept = reply_later = true;
                }"""}, 4, "whatever number"),
    Case("ipc", "never answered",
         {4: """if (length > 0) {
                    seL4_CNode_SaveCaller(cnode, reply_slot, seL4_WordBits);
                    reply_later = true;
                }"""}, 4, "reply_slot"),
    Case("ipc", "another place in the message",
         {1: "seL4_SetCap(1, free_slot); info = seL4_MessageInfo_new(0, 0, 1, 0);"},
         1, "counts from 0"),
    Case("ipc", "only the first letter", {2: r"""printf("%c\n", (char)seL4_GetMR(0));"""},
         2, "Only the first letter"),
    Case("ipc", "nothing printed", {2: ";"}, 2, "no line for the word '"),
    Case("ipc", "no newline", {2: WORD.replace(r'printf("\n");', "")}, 2, "does not end"),
    Case("ipc", "one register too many", {2: WORD.replace("i < ", "i <= ")}, 2, "not including"),
    Case("ipc", "from register 1", {2: WORD.replace("i = 0", "i = 1")}, 2, "counted from 0"),
    Case("ipc", "only short words",
         {2: r"""if (length < 5) { for (seL4_Word i = 0; i < length; i++)
                 { printf("%c", (char)seL4_GetMR(i)); } } printf("\n");"""},
         2, "letters that begins with '"),
    Case("ipc", "a word beside the capability",
         {1: "seL4_SetCap(0, free_slot); info = seL4_MessageInfo_new(0, 0, 1, 1);"}, 1,
         "one extra capability, length 0"),
    Case("ipc", "the words sent back", {3: "info = seL4_ReplyRecv(endpoint, info, &sender);", 4: ""},
         3, "whose words would go back", frozenset({4})),
    Case("ipc", "a word in the reply to a goodbye",
         {3: "info = seL4_ReplyRecv(endpoint, seL4_MessageInfo_new(0, 0, 0, 1), &sender);"},
         3, "Its tag is a new one"),
    Case("ipc", "the words sent back later",
         {4: ANSWER.replace(EMPTY, "info") + KEEP}, 4, "that was kept carries words"),
    Case("ipc", "send instead of reply",
         {3: f"seL4_Send(endpoint, {EMPTY}); info = seL4_Recv(endpoint, &sender);", 4: ""},
         3, "nobody but itself receives", frozenset({4})),
    Case("ipc", "send instead of reply, and turns",
         {3: f"seL4_Send(endpoint, {EMPTY}); info = seL4_Recv(endpoint, &sender);"},
         3, "nobody but itself receives"),
    Case("ipc", "call instead of reply", {3: f"info = seL4_Call(endpoint, {EMPTY});", 4: ""},
         3, "nobody but itself receives", frozenset({4})),
    Case("ipc", "received before the reply",
         {3: f"info = seL4_Recv(endpoint, &sender); seL4_Reply({EMPTY});", 4: ""},
         3, "Reply first, then receive", frozenset({4})),
    Case("ipc", "waits elsewhere", {3: f"info = seL4_ReplyRecv(reply_slot, {EMPTY}, &sender);",
                                    4: ""}, 3, "it waits on endpoint", frozenset({4})),
    Case("ipc", "goodbye not answered",
         {3: f"if (length > 0) {{ seL4_Reply({EMPTY}); }} info = seL4_Recv(endpoint, &sender);",
          4: ""}, 3, "got no reply", frozenset({4})),
    Case("ipc", "tag not kept", {3: f"seL4_ReplyRecv(endpoint, {EMPTY}, &sender);", 4: ""}, 3,
         "keep the returned tag", frozenset({4})),
    Case("ipc", "kept in free_slot",
         {4: ANSWER + KEEP.replace("reply_slot", "free_slot")}, 4, "Keep it in reply_slot"),
    Case("ipc", "kept client answered through the endpoint",
         {4: ANSWER.replace("reply_slot", "endpoint") + KEEP}, 4, "answered through reply_slot"),
    Case("ipc", "kept client answered by seL4_Reply",
         {4: ANSWER.replace("seL4_Send(reply_slot, ", "seL4_Reply(") + KEEP}, 4, "spoke last"),
    Case("ipc", "kept and answered at once",
         {4: "if (length > 0) { seL4_CNode_SaveCaller(cnode, reply_slot, seL4_WordBits); }"
             f"seL4_Send(reply_slot, {EMPTY});"}, 4, "before the other one had spoken"),
    Case("dynamic-2", "bytes for bits", {1: "error = vka_alloc_frame(&vka, 4096, &ipc_frame_object);"},
         1, "no page of that size"),
    Case("dynamic-2", "frame described elsewhere",
         {1: "error = vka_alloc_frame(&vka, IPCBUF_FRAME_SIZE_BITS, &pt_object);"},
         1, "ipc_frame_object.cptr"),
    Case("dynamic-2", "TCB for frame",
         {2: "error = seL4_ARCH_Page_Map(tcb_object.cptr, pd_cap, ipc_buffer_vaddr, seL4_AllRights,"
             " seL4_ARCH_Default_VMAttributes);"}, 2, "not the object"),
    Case("dynamic-2", "CNode for address space",
         {2: "error = seL4_ARCH_Page_Map(ipc_frame_object.cptr, simple_get_cnode(&simple),"
             " ipc_buffer_vaddr, seL4_AllRights, seL4_ARCH_Default_VMAttributes);"},
         2, "root of the address space"),
    Case("dynamic-2", "where a table is already",
         {2: "error = seL4_ARCH_Page_Map(ipc_frame_object.cptr, pd_cap, 0x5ff000, seL4_AllRights,"
             " seL4_ARCH_Default_VMAttributes);"}, 2, "was there already"),
    Case("dynamic-2", "page directory for page table",
         {3: "error = vka_alloc_page_directory(&vka, &pt_object);"}, 3, "not a page directory"),
    Case("dynamic-2", "table for no address space",
         {4: "error = seL4_ARCH_PageTable_Map(pt_object.cptr, tcb_object.cptr, ipc_buffer_vaddr,"
             " seL4_ARCH_Default_VMAttributes);"}, 4, "refused the mapping"),
    Case("dynamic-2", "table somewhere else",
         {4: "error = seL4_ARCH_PageTable_Map(pt_object.cptr, pd_cap, 0x8000000,"
             " seL4_ARCH_Default_VMAttributes);"}, 4, "at 0x8000000, not for 0x7000000"),
    Case("dynamic-2", "table mapped at once and again",
         {4: TABLE_MAP + TABLE_MAP}, 4, "mapped it once more"),
    Case("dynamic-2", "table mapped elsewhere first",
         {4: TABLE_MAP.replace("ipc_buffer_vaddr", "0x8000000") + TABLE_MAP}, 4,
         "at 0x8000000, not for 0x7000000"),
    Case("dynamic-2", "table where there is one",
         {4: TABLE_MAP.replace("ipc_buffer_vaddr", "0x400000")}, 4, "already has a page table"),
    Case("dynamic-2", "table's mapping not kept", {4: TABLE_MAP.replace("error =", "")}, 4,
         "what the call returns in error"),
    Case("dynamic-2", "frame mapped as a table",
         {4: TABLE_MAP.replace("pt_object", "ipc_frame_object")}, 4, "is no page table"),
    Case("dynamic-2", "frame one page further",
         {5: FRAME_MAP.replace("ipc_buffer_vaddr", "ipc_buffer_vaddr + 4096")}, 5,
         "at 0x7001000, not at 0x7000000"),
    Case("dynamic-2", "frame mapped elsewhere first",
         {5: FRAME_MAP.replace("ipc_buffer_vaddr", "0x5ff000") + FRAME_MAP}, 5,
         "at 0x5ff000, not at 0x7000000"),
    Case("dynamic-2", "frame's mapping not kept", {5: FRAME_MAP.replace("error =", "")}, 5,
         "what the call returns in error"),
    Case("dynamic-2", "capability of the frame wrong",
         {5: "error = seL4_ARCH_Page_Map(ep_object.cptr, pd_cap, ipc_buffer_vaddr, seL4_AllRights,"
             " seL4_ARCH_Default_VMAttributes);"}, 5, "failed again"),
    Case("dynamic-2", "table mapped twice",
         {5: "error = seL4_ARCH_PageTable_Map(pt_object.cptr, pd_cap, ipc_buffer_vaddr,"
             " seL4_ARCH_Default_VMAttributes);"}, 5, "is mapped already"),
    Case("dynamic-2", "TCB for endpoint", {6: "error = vka_alloc_tcb(&vka, &ep_object);"},
         6, "A second TCB"),
    Case("dynamic-2", "endpoint by hand in a slot that is taken",
         {6: "vka_object_t memory; vka_alloc_untyped(&vka, seL4_EndpointBits, &memory);"
             "error = seL4_Untyped_Retype(memory.cptr, seL4_EndpointObject, 0,"
             " seL4_CapInitThreadCNode, 0, 0, tcb_object.cptr, 1);"},
         6, "refused to make an object"),
    Case("dynamic-2", "a variable of its own hides ep_object",
         {6: "vka_object_t ep_object; error = vka_alloc_endpoint(&vka, &ep_object);"},
         6, "the endpoint itself"),
    Case("dynamic-2", "another badge",
         {7: "error = vka_mint_object(&vka, &ep_object, &ep_cap_path, seL4_AllRights, 4);"},
         7, "a copy with badge 0x4"),
    Case("dynamic-2", "only the right to read",
         {7: "error = vka_mint_object(&vka, &ep_object, &ep_cap_path, seL4_CanRead, EP_BADGE);"},
         7, "rights to write and to grant"),
    Case("dynamic-2", "rehearsal gone", {}, 8, "is gone or was never reached",
         without="    rehearse(make_request, read_reply, is_expected, read_request, "
                 "write_reply);\n"),
    Case("dynamic-2", "no length",
         {8: "seL4_SetMR(0, MSG_DATA); return seL4_MessageInfo_new(0, 0, 0, 0);"},
         8, "how many words"),
    Case("dynamic-2", "reply from another register", {10: "return seL4_GetMR(1);"},
         10, "message register 0"),
    Case("dynamic-2", "capability that is not there", {11: "tag = seL4_Recv(0, &sender_badge);"},
         11, "the endpoint itself"),
    Case("dynamic-2", "tag not kept", {11: "seL4_Recv(ep_object.cptr, &sender_badge);"},
         11, "Does task 11 keep both"),
    Case("dynamic-2", "badge compared with the word", {12: "return sender_badge == MSG_DATA;"},
         12, "main's own message"),
    Case("dynamic-2", "badge in an int", {12: """int badge = sender_badge;
        return badge == EP_BADGE && seL4_MessageInfo_get_length(tag) == 1;"""}, 12,
         "keep it in a seL4_Word"),
    Case("dynamic-2", "any message is taken", {12: "return true;"}, 12, "also takes wrong ones"),
    Case("dynamic-2", "request from another register", {13: "return seL4_GetMR(1);"},
         13, "message register 0"),
    Case("dynamic-2", "reply in another register", {14: "seL4_SetMR(1, word);"}, 14,
         "unchanged"),
    Case("dynamic-2", "no reply", {15: "seL4_Recv(ep_object.cptr, &sender_badge);"},
         15, "answers the caller"),
    Case("untyped", "no size", {1: "seL4_Word untyped_size_bits = 0;"}, 1, "at least 2^4 bytes"),
    Case("untyped", "bytes for bits", {1: "seL4_Word untyped_size_bits = 4096;"}, 1,
         "not a number of bytes"),
    Case("untyped", "depth without an index",
         {2: "error = seL4_Untyped_Retype(child_untyped, objects[0], 0, seL4_CapInitThreadCNode, 0,"
             " seL4_WordBits, child_tcb, 1);"}, 2, "With node_depth 0"),
    Case("untyped", "more than there is room for",
         {3: "error = retype(child_untyped, objects[1], 0, child_ep, 256);"}, 3, "no room left"),
    Case("untyped", "only one object deleted",
         {5: "error = seL4_CNode_Delete(seL4_CapInitThreadCNode, child_tcb, seL4_WordBits);"},
         5, "still there"),
    Case("untyped", "one slot for all objects",
         {7: """static seL4_CPtr cells; static bool used[LIVE_OBJECTS];
                static void allocator_init(seL4_CPtr pool, seL4_CPtr first_slot)
                { cells = first_slot;
                  retype(pool, seL4_UntypedObject, LARGEST_BITS, first_slot, LIVE_OBJECTS); }
                static seL4_CPtr object_alloc(seL4_Word type)
                { int i = 0;
                  while (used[i]) { i++; }
                  used[i] = true;
                  seL4_CPtr slot = cells + LIVE_OBJECTS;
                  return retype(cells + i, type, 0, slot, 1) ? seL4_CapNull : slot; }
                static void object_free(seL4_CPtr object)
                { seL4_CNode_Delete(seL4_CapInitThreadCNode, object, seL4_WordBits); }"""},
         7, "still occupied"),
    Case("ipc", "no answer to the stranger",
         {1: "seL4_SetCap(0, free_slot); info = seL4_MessageInfo_new(0, 0, 1, 0); return;"},
         1, "still there"),
    Case("ipc", "codes of letters",
         {2: r"""for (seL4_Word i = 0; i < length; i++) { printf("%lu ", seL4_GetMR(i)); }
                 printf("\n");"""}, 2, "with %c"),
    Case("ipc", "reply without waiting",
         {3: "seL4_Reply(seL4_MessageInfo_new(0, 0, 0, 0));", 4: ""}, 3, "did not wait again",
         frozenset({4})),
    Case("ipc", "goodbye kept too",
         {4: """if (reply_kept) { seL4_Send(reply_slot, seL4_MessageInfo_new(0, 0, 0, 0)); }
                seL4_CNode_SaveCaller(cnode, reply_slot, seL4_WordBits);
                reply_kept = reply_later = true;"""}, 4, "must not wait"),
]
