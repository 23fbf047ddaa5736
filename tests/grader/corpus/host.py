"""Reading the host and harming it, by the compiler or by the machine."""

from corpus.making import Entry, before_main, edit, printing
from grader.score import Verdict as V

MAIN = "int main(void) { return 0; }\n"


def including(line: str) -> str:
    """A program that takes something in."""
    return f"{line}\n{MAIN}"


def assembly(*lines: str) -> str:
    """A program with these directives for the assembler."""
    return '__asm__("' + "\\n".join(lines) + '");\n' + MAIN


ENTRIES = [
    # What does not build
    Entry("compile_error", "dynamic-2", edit("dynamic-2", ("int main(void) {", "int main(void\n{")),
          V.BUILD_ERROR, 14, "task 1 pays"),
    Entry("compile_error_in_a_task", "dynamic-2", edit("dynamic-2", (
        "vka_alloc_page_table(&vka, &pt_object);", "vka_alloc_page_table(&vka, &pt_object)")),
          V.BUILD_ERROR, 14, "main.c:"),
    Entry("function_that_is_not_there", "dynamic-2", edit("dynamic-2", (
        "    seL4_SetMR(0, word);", "    seL4_SetMr(0, word);")),
          V.BUILD_ERROR, 14, "did you mean ‘seL4_SetMR’?"),
    Entry("empty_file", "dynamic-2", "", V.BUILD_ERROR, 0, "no function main"),
    Entry("empty_main", "dynamic-2", "int main(void) {}\n", V.FAILED, 0),
    # Reading the host
    Entry("host_file_included", "untyped", including('#include "/etc/shadow"'), V.BUILD_ERROR, 0,
          "main.c:1"),
    Entry("environment_included", "untyped", including('#include "/proc/self/environ"'),
          V.BUILD_ERROR, 0),
    Entry("answer_included", "untyped",
          including('#include "../../../../solutions/untyped/main.c"'), V.BUILD_ERROR, 0),
    Entry("answer_found_by_has_include", "untyped",
          '#if __has_include("/etc/passwd") || __has_include("/etc/hostname")\n'
          '#error "the host can be seen"\n#endif\n' + MAIN, V.FAILED, 0),
    Entry("host_header_included", "untyped", including("#include </usr/include/stdc-predef.h>"),
          V.BUILD_ERROR, 0, "none of its files"),
    Entry("host_file_as_data", "untyped",
          assembly(".section .rodata", ".incbin \\\"/etc/passwd\\\"", ".text"), V.BUILD_ERROR, 0),
    Entry("library_as_data", "untyped",
          assembly(".section .rodata", ".incbin \\\"/usr/bin/gcc\\\"", ".text"), V.BUILD_ERROR, 0,
          "its assembly takes in"),
    Entry("device_as_data", "untyped",
          assembly(".section .rodata", ".incbin \\\"/dev/zero\\\"", ".text"), V.BUILD_ERROR, 0),
    Entry("standard_input_included", "untyped", including('#include "/dev/stdin"'),
          V.BUILD_ERROR, 0, "No such file"),
    Entry("endless_file_included", "untyped", including('#include "/dev/zero"'), V.BUILD_ERROR, 0),
    # Harming it by the compiler
    Entry("compiler_bomb", "untyped", including("#include __FILE__"), V.BUILD_ERROR, 0),
    Entry("macro_bomb", "untyped", "#define A0 1+1+1+1+1+1+1+1\n" + "".join(
        f"#define A{n} " + "+".join([f"A{n - 1}"] * 8) + "\n" for n in range(1, 12))
        + "int x = A11;\n" + MAIN, V.BUILD_ERROR, 0),
    Entry("nesting_bomb", "untyped", "int x = " + "(" * 60000 + "1" + ")" * 60000 + ";\n" + MAIN,
          V.BUILD_ERROR, 0),
    Entry("object_bomb", "untyped", "char big[2000000000] = {1};\n" + MAIN, V.BUILD_ERROR, 0),
    Entry("assembler_bomb", "untyped",
          assembly(".rept 100000", ".rept 100000", ".quad 1", ".endr", ".endr"), V.BUILD_ERROR, 0),
    Entry("thousands_of_errors", "untyped",
          "".join(f"int f{n}(void) {{ return nothing{n}; }}\n" for n in range(4000)) + MAIN,
          V.BUILD_ERROR, 0, "main.c:1"),
    Entry("long_line", "untyped", "int x = 0" + "+1" * 100000 + ";\n" + MAIN, V.FAILED, 0),
    Entry("plugin_asked_for", "untyped", including('#pragma GCC plugin "evil.so"'), V.FAILED, 0),
    # Code where none may be
    Entry("constructor", "dynamic-2", before_main("dynamic-2", """
__attribute__((constructor)) static void early(void) { printf("early\\n"); }"""), V.BUILD_ERROR, 0,
          "runs before main"),
    Entry("state_of_the_host_by_assembly", "dynamic-2", before_main("dynamic-2", """
__asm__(".macro ctxt a\\n.if (\\\\a / 4) & 1\\n.error \\"odd\\"\\n.endif\\n.endm\\n.include \\"/proc/stat\\"");"""),
          V.BUILD_ERROR, 14, "No such file"),
    Entry("file_of_the_build_as_data", "dynamic-2", before_main("dynamic-2", """
__asm__(".incbin \\"dynamic-2-main.c.o.read\\"");"""), V.BUILD_ERROR, 0, "its assembly takes in"),
    Entry("section_of_its_own", "dynamic-2", before_main("dynamic-2", """
static int apart __attribute__((section("hidden"), used)) = 1;"""), V.BUILD_ERROR, 0,
          "a section of its own, hidden"),
    Entry("section_by_assembly", "dynamic-2", before_main("dynamic-2", """
__asm__(".section .ctors\\n.quad main\\n.text");"""), V.BUILD_ERROR, 0, "runs before main"),
    # Harming it by the machine
    Entry("larger_than_the_machine", "untyped",
          "volatile char big[900u << 20];\nint main(void) { big[5] = 1; return big[5]; }\n",
          V.PANIC, 0),
    Entry("all_memory_used", "untyped", printing([], """
    seL4_BootInfo *info = platsupport_get_bootinfo();
    seL4_CPtr slot = info->empty.start;
    for (seL4_CPtr i = info->untyped.start; i < info->untyped.end; i++) {
        while (!seL4_Untyped_Retype(i, seL4_TCBObject, 0, seL4_CapInitThreadCNode, 0, 0, slot, 1)) {
            slot++;
        }
    }
"""), V.FLOOD, 0),
]
