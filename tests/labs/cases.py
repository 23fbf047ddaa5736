"""A worked answer with some of its regions written differently, and what must come of it."""

from dataclasses import dataclass

from states_of import solution, with_answer


@dataclass(frozen=True)
class Case:
    """Answers by task number; `mistake` is the task that is explained, `advice` a part of that.

    also: further tasks that lose their points: begun wrongly too, or not begun.   without: a text
    outside the regions that is gone.
    """

    lab: str
    name: str
    answers: dict[int, str]
    mistake: int = 0
    advice: str = ""
    also: frozenset[int] = frozenset()
    without: str = ""

    def text(self) -> str:
        """The worked answer with these answers in place of its own."""
        text = solution(self.lab)
        assert self.without in text
        text = text.replace(self.without, "")
        for number, answer in self.answers.items():
            text = with_answer(self.lab, text, number, answer)
        return text


EMPTY = "seL4_MessageInfo_new(0, 0, 0, 0)"
WORD = r"""for (seL4_Word i = 0; i < length; i++) { printf("%c", (char)seL4_GetMR(i)); }
           printf("\n");"""
ANSWER = f"if (reply_kept) {{ seL4_Send(reply_slot, {EMPTY}); reply_kept = false; }}"
KEEP = """if (length > 0) { seL4_CNode_SaveCaller(cnode, reply_slot, seL4_WordBits);
                           reply_kept = reply_later = true; }"""
# An allocator for task 7 of untyped, for cases to change.
CELLS = """static seL4_CPtr cells; static bool used[LIVE_OBJECTS];
static void allocator_init(seL4_CPtr pool, seL4_CPtr first_slot)
{ cells = first_slot; retype(pool, seL4_UntypedObject, LARGEST_BITS, cells, LIVE_OBJECTS); }
static seL4_CPtr object_alloc(seL4_Word type)
{
    int cell = 0;
    while (used[cell]) { cell++; }
    used[cell] = true;
    seL4_CPtr slot = cells + LIVE_OBJECTS + cell;
    return retype(cells + cell, type, 0, slot, 1) ? seL4_CapNull : slot;
}
static void object_free(seL4_CPtr object)
{
    seL4_CNode_Delete(seL4_CapInitThreadCNode, object, seL4_WordBits);
    used[object - cells - LIVE_OBJECTS] = false;
}"""
TABLE_MAP = ("error = seL4_ARCH_PageTable_Map(pt_object.cptr, pd_cap, ipc_buffer_vaddr,"
             " seL4_ARCH_Default_VMAttributes);")
FRAME_MAP = ("error = seL4_ARCH_Page_Map(ipc_frame_object.cptr, pd_cap, ipc_buffer_vaddr,"
             " seL4_AllRights, seL4_ARCH_Default_VMAttributes);")
FRAME_AT = """seL4_CPtr untyped = info->untyped.start;
    seL4_UntypedDesc *desc = info->untypedList;
    while (desc->isDevice || paddr < desc->paddr || paddr - desc->paddr >= BIT(desc->sizeBits)) {
        untyped++;
        desc++;
    }
    seL4_Word offset = paddr - desc->paddr;
    for (int bits = desc->sizeBits - 1; bits >= seL4_PageBits; bits--) {
        if (offset & BIT(bits)) {
            retype(untyped, seL4_UntypedObject, bits, spare_slot++, 1);
        }
    }
    return retype(untyped, seL4_X86_4K, seL4_PageBits, frame_slot, 1);"""
