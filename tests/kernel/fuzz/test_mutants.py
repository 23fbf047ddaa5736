"""Bugs put into the kernel one at a time: the checker and the fuzzer see each of them.

This is how they are known to be able to fail. A kernel of its own is built for it, from a copy of
the sources in which one place is changed; the text of that place stands here, and if it is gone from
the source, another place with the same meaning has to be found.
"""

import re
from pathlib import Path

import pytest

import fuzzing
import harness
import programs

pytestmark = pytest.mark.xdist_group("kernel-mutants")  # they share one build

MUTANTS = {
    "a free index is too low": (
        "object/untyped.c", "set_free_index(untyped, object + retype->count * bytes - base);",
        "set_free_index(untyped, object - base);"),
    "memory is handed out again as it was": (
        "object/untyped.c", "for (; seen != 0 && from < end;", "for (; seen == 1 && from < end;"),
    "the last capability of a thread leaves it bound": (
        "object/tcb.c", "    tcb_unbind_notification(tcb);\n    thread_suspend(tcb);",
        "    thread_suspend(tcb);"),
    "a suspended caller can still be answered": (
        "ipc/reply.c", "    if (child != NULL)\n        reply_remove(child);",
        "    if (child == NULL)\n        reply_remove(child);"),
    "an unmapped table keeps its entries": (
        "object/table.c", "__builtin_memset(cap_object(cap), 0, BIT(TABLE_BITS));", ""),
    "a deleted frame stays mapped": (
        "cap/delete.c", "case cap_frame: frame_finalise(cap); break;", "case cap_frame: break;"),
    "a deleted address space keeps its ASID": (
        "object/asid.c", "pools[asid >> POOL_INDEX_BITS]->vspace[asid & MASK(POOL_INDEX_BITS)] = "
        "NULL;", ";"),
    "a CNode is given up before what it contains": (
        "cap/delete.c", "    if (remaining > 1)\n", "    if (remaining > 2)\n"),
    "a ready thread changes its priority in its queue": (
        "sched/thread.c", "ready_remove(tcb); /* queues are per priority */", ""),
    "a ring of ready threads is not closed": (
        "sched/ready.c", "    tcb->ready_prev->ready_next = tcb;\n", ""),
    "an answered caller can be answered again": (
        "ipc/reply.c", "    reply_remove(slot);\n    thread_set_state(caller, state_running);",
        "    thread_set_state(caller, state_running);"),
    "a badge begins no family of its own": (
        "cap/tree.c", "starts_family(cap, source->cap) ? SLOT_FLAGS : 0",
        "starts_family(cap, source->cap) ? SLOT_REVOCABLE : 0"),
    "what is unmapped stays in the translation cache": (
        "x86/cpu.c", '"invlpg (%0)"', '""'),
    "the FPU's last owner loses its registers": (
        "x86/fpu.c", "    if (fpu_owner != NULL)\n        save(fpu_owner);\n", ""),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory, frozen: None) -> Path:
    """A folder with the kernel's sources, ready to be changed and built."""
    folder = harness.copy_kernel(tmp_path_factory.mktemp("mutants"))
    invariants = folder / "tests" / "kernel" / "invariants"
    invariants.parent.mkdir(parents=True)
    invariants.symlink_to(harness.KIT / "tests" / "kernel" / "invariants")
    return folder


def mutated(copy: Path, source: str, before: str, after: str) -> str:
    """The kernel with one place changed."""
    path = copy / "kernel" / source
    text = path.read_text("utf-8")
    assert text.count(before) == 1, f"{source} has changed: choose another place for this mutant"
    try:
        path.write_text(text.replace(before, after), "utf-8")
        return str(harness.build_kernel(copy))
    finally:
        path.write_text(text, "utf-8")


@pytest.mark.parametrize("name", MUTANTS)
def test_mutant_is_seen(name: str, copy: Path) -> None:
    """The fuzzer ends with a panic or a broken invariant; time that runs out shows nothing."""
    kernel = mutated(copy, *MUTANTS[name])
    results = (fuzzing.run(seed, 40_000, every=100, kernel=kernel, seconds=60) for seed in (1, 2, 3))
    assert any(result.problem and result.problem != fuzzing.TOO_LONG for result in results)


def test_a_failed_assertion_is_told(copy: Path) -> None:
    """What does not hold, where, and then the machine stops."""
    call = "    case sys_debug_dump_scheduler: "
    kernel = mutated(copy, "debug/debug_syscall.c", call, f"{call}kassert(number == 0); ")
    run = programs.boot("debug", kernel=kernel)
    assert re.search(r"^seL4 failed assertion 'number == 0' at \S*debug_syscall\.c:\d+ in function "
                     r"debug_syscall\nhalting\.\.\.\n", run.serial, re.M), run.serial[-500:]
    assert run.status == harness.qemu.HALT_STATUS
