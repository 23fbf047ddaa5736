"""The usual mistakes in ipc: the task that each one costs, and the advice that it gets."""

from cases import ANSWER, EMPTY, KEEP, WORD, Case

AGAIN = f"info = seL4_ReplyRecv(endpoint, {EMPTY}, &sender);"

MISTAKES = [
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
         3, "would send the words back", frozenset({4})),
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
    Case("ipc", "tag not kept, which task 4 hides", {3: f"seL4_ReplyRecv(endpoint, {EMPTY}, &sender);"},
         3, "keep the returned tag"),
    Case("ipc", "the words sent back, which task 4 hides",
         {3: "info = seL4_ReplyRecv(endpoint, info, &sender);"}, 3, "back that were received"),
    Case("ipc", "the words sent back, which task 4 hides, and no capability",
         {1: "info = seL4_MessageInfo_new(0, 0, 0, 0);",
          3: "info = seL4_ReplyRecv(endpoint, info, &sender);"}, 1, "carried no capability",
         frozenset({3})),
    Case("ipc", "kept in free_slot",
         {4: ANSWER + KEEP.replace("reply_slot", "free_slot")}, 4, "Keep it in reply_slot"),
    Case("ipc", "kept client answered through the endpoint",
         {4: ANSWER.replace("reply_slot", "endpoint") + KEEP}, 4, "answered through reply_slot"),
    Case("ipc", "kept client answered by seL4_Reply",
         {4: ANSWER.replace("seL4_Send(reply_slot, ", "seL4_Reply(") + KEEP}, 4, "spoke last"),
    Case("ipc", "kept and answered at once",
         {4: "if (length > 0) { seL4_CNode_SaveCaller(cnode, reply_slot, seL4_WordBits); }"
             f"seL4_Send(reply_slot, {EMPTY});"}, 4, "before the other one had spoken"),
    Case("ipc", "words in the replies to the last words",
         {4: ANSWER.replace("0, 0)", "0, length ? 0 : 9)") + KEEP
             + f"else {{ seL4_Reply({EMPTY}); reply_later = true; }}"}, 4, "carries words: 9"),
    Case("ipc", "kept in endpoint's slot", {4: ANSWER + KEEP.replace("reply_slot", "endpoint")},
         4, "taken from the start"),
    Case("ipc", "kept without a depth", {4: ANSWER + KEEP.replace("seL4_WordBits", "0")}, 4,
         "arguments are cnode, reply_slot"),
    Case("ipc", "slot and CNode swapped",
         {4: ANSWER + KEEP.replace("cnode, reply_slot", "reply_slot, cnode")}, 4,
         "arguments are cnode, reply_slot"),
    Case("ipc", "only goodbyes kept", {4: ANSWER + KEEP.replace("length >", "length ==")}, 4,
         "other way round"),
    Case("ipc", "goodbyes left, too", {4: ANSWER + KEEP + "reply_later = true;"}, 4,
         "only for a word"),
    Case("ipc", "received before it was kept",
         {4: ANSWER + KEEP.replace("{", "{ info = seL4_Recv(endpoint, &sender);")}, 4,
         "before any seL4_Recv()"),
    Case("ipc", "kept capability deleted",
         {4: ANSWER.replace("{", "{ seL4_CNode_Delete(cnode, reply_slot, seL4_WordBits);") + KEEP},
         4, "deleted, not used"),
    Case("ipc", "a second reply_kept",
         {4: "bool reply_kept = false;" + ANSWER + KEEP}, 4, "the one above main"),
    Case("ipc", "sender by value", {3: f"info = seL4_ReplyRecv(endpoint, {EMPTY}, sender);"}, 3,
         "the address, &sender"),
    Case("ipc", "received before, too",
         {3: f"info = seL4_Recv(endpoint, &sender); {AGAIN}"}, 3, "Recv() has to go"),
    Case("ipc", "received after, too",
         {3: f"{AGAIN} info = seL4_Recv(endpoint, &sender);"}, 3, "Recv() has to go"),
    Case("ipc", "received after, too, without turns",
         {3: f"{AGAIN} info = seL4_Recv(endpoint, &sender);", 4: ""}, 3, "Recv() has to go",
         frozenset({4})),
    Case("ipc", "did not wait", {3: f"seL4_Reply({EMPTY}); info = seL4_NBRecv(endpoint, &sender);"},
         3, "which does not wait"),
    Case("ipc", "string without an end",
         {2: r"""char word[120]; for (seL4_Word i = 0; i < length; i++) { word[i] = seL4_GetMR(i); }
                 printf("%s\n", word);"""}, 2, "needs a 0 at its end"),
    Case("ipc", "no answer to the stranger",
         {1: "seL4_SetCap(0, free_slot); info = seL4_MessageInfo_new(0, 0, 1, 0); return;"},
         1, "still there"),
    Case("ipc", "codes of letters",
         {2: r"""for (seL4_Word i = 0; i < length; i++) { printf("%lu ", seL4_GetMR(i)); }
                 printf("\n");"""}, 2, "with %c"),
    Case("ipc", "reply without waiting",
         {3: "seL4_Reply(seL4_MessageInfo_new(0, 0, 0, 0));", 4: ""}, 3, "did not wait again",
         frozenset({4})),
    Case("ipc", "only one client kept waiting",
         {4: ANSWER + "static seL4_Word slow; if (!slow) { slow = sender; }"
          + KEEP.replace("length > 0", "length > 0 && sender == slow")}, 4, "before the other one"),
    Case("ipc", "goodbye kept too",
         {4: """if (reply_kept) { seL4_Send(reply_slot, seL4_MessageInfo_new(0, 0, 0, 0)); }
                seL4_CNode_SaveCaller(cnode, reply_slot, seL4_WordBits);
                reply_kept = reply_later = true;"""}, 4, "must not wait"),
]
