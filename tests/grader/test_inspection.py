"""What object files hold: sections, symbols and instructions by objdump, files by their lists."""

import subprocess

import pytest

from grader import inspection


@pytest.fixture
def compiled(tmp_path):
    """Compiles C and says what objdump says of it."""
    def compile_it(text, *more):
        (tmp_path / "main.c").write_text(text)
        line = ["gcc", "-O1", "-c", *more, "main.c", "-o", "main.o"]
        subprocess.run(inspection.listing(line, "main.o"), cwd=tmp_path, check=True)
        return inspection.listed(tmp_path, "main.o")
    compile_it.folder = tmp_path
    return compile_it


def test_plain_c_is_neither_refused_nor_flagged(compiled):
    said = compiled("#include <stdio.h>\nstatic __thread int t;\nconst char *text[] = {\"in\"};\n"
                    "double d = 0.5;\nint big[99];\nint out(int x) { t = x; return x / big[1]; }\n"
                    "int main(void) { return printf(\"%d\", out(3)); }\n", "-g", "-fdata-sections")
    assert inspection.refusal(said) is None
    assert inspection.flags(said, {"printf", "puts"}) == []


@pytest.mark.parametrize("text, why", [
    ("int n;\n__attribute__((constructor)) void f(void) { n++; }", ".init_array"),
    ("int n;\n__attribute__((destructor)) void f(void) { n++; }", ".fini_array"),
    ('__asm__(".section .preinit_array\\n.quad 1");', ".preinit_array"),
    ('__asm__(".section .init\\n.quad 1");', ".init"),
    ('__asm__(".section \\".init_array.5 x\\",\\"aw\\",@init_array\\n.quad 1");', ".init_array.5 x"),
    ('__asm__(".section \\".text x\\",\\"ax\\",@progbits\\nnop");', ".text x"),
    ('int x __attribute__((section("mine"))) = 1;', "its own, mine"),
    ('int x __attribute__((section(".texts"))) = 1;', "its own, .texts"),
])
def test_what_may_not_be_linked(compiled, text, why):
    assert why in inspection.refusal(compiled(text))


@pytest.mark.parametrize("instruction", [
    "outb %al, $0xf4", "inl %dx, %eax", "rep insb", "cli", "hlt", "mov %cr0, %rax", "mov %rax, %db7",
    "wrmsr", "iretq", "sysretq", "lgdt (%rax)", "int1"])
def test_privileged_instructions(compiled, instruction):
    said = compiled(f'void f(void) {{ __asm__("{instruction}"); }}')
    flag, = inspection.flags(said, set())
    assert flag.endswith(" in f")


def test_names_of_the_libraries(compiled):
    said = compiled("int puts(const char *s) { return 0; }\nstatic int abs_(void) { return 1; }\n"
                    "int main(void) { return abs_(); }\n__attribute__((weak)) int qsort;")
    assert inspection.flags(said, {"puts", "abs_", "qsort", "printf"}) == [
        "defines puts, qsort of the libraries anew"]
    many = compiled("".join(f"int n{i};" for i in range(9)))
    assert inspection.flags(many, {f"n{i}" for i in range(9)}) == [
        "defines n0, n1, n2, n3, n4 and 4 more of the libraries anew"]


def test_files_that_went_in(compiled):
    folder = compiled.folder
    (folder / "a b.h").write_text("")
    own = ("main.c", "a b.h")
    compiled('#include "a b.h"', "-nostdinc")
    assert inspection.foreign(folder, "main.o", own, []) is None
    assert "a b.h" in inspection.foreign(folder, "main.o", ("main.c",), [])
    assert inspection.foreign(folder, "main.o", ("main.c",), [folder]) is None
    compiled("#include </usr/include/stdc-predef.h>", "-nostdinc")
    assert "/usr/include/stdc-predef.h" in inspection.foreign(folder, "main.o", own, [])
    kit = folder / "kit"
    kit.symlink_to("/usr/include")
    compiled("#include <stdc-predef.h>", "-nostdinc", f"-I{kit}")
    assert inspection.foreign(folder, "main.o", own, [kit]) is None


@pytest.mark.parametrize("name", ["/etc/hostname", "main.o.read", "link.bin"])
def test_assembly_takes_in_no_other_file(compiled, name):
    folder = compiled.folder
    (folder / "link.bin").symlink_to("/etc/hostname")
    (folder / "main.o.read").write_text("")
    compiled(f'__asm__(".incbin \\"{name}\\"");', "-nostdinc")
    assert name in inspection.foreign(folder, "main.o", ("main.c",), [folder])


def test_names_that_an_archive_defines(compiled):
    compiled("int one(void) { return 1; }\nstatic int two;\nint *three = &two;\nint main(void) {}")
    archive = compiled.folder / "lib.a"
    subprocess.run(["ar", "rcs", archive, compiled.folder / "main.o"], check=True)
    assert inspection.library_names(archive) == {"one", "three"}
