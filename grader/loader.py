"""Labs with several programs: the table and the slot variables that the frozen loader works from.

libs/loader/README.md says what each word of a lab's file stands for; this module prints it as C.
Invariant: slots are numbered in the order of the lab's file, as the loader expects them.
"""

from dataclasses import replace

from grader.checking import Constants
from grader.language import _
from grader.lab import Lab, Program, Shared
from grader.table import LabError
from grader.recipe import GIVEN, Kit, Recipe, Step, compiling, linking, objects_of

IMAGE = "image.elf"
FIRST_SLOT = 2
# Above 4 MiB, so that a program, its IPC buffer and its stack share one frame of 2 MiB.
PROGRAM_OPTIONS = ("-Wl,-e,_start", "-Wl,--defsym=caplab_image_base=0x420000")
_OWN = {"cspace": "LOADER_CSPACE", "tcb": "LOADER_TCB", "vspace": "LOADER_VSPACE",
        "ipc_buffer": "LOADER_IPC_BUFFER"}
_TYPES = {"endpoint": "seL4_EndpointObject", "notification": "seL4_NotificationObject",
          "untyped": "seL4_UntypedObject", "frame": "seL4_X86_4K", "tcb": "seL4_TCBObject",
          "cnode": "seL4_CapTableObject"}
_RIGHTS = {"r": "LOADER_READ", "w": "LOADER_WRITE", "g": "LOADER_GRANT", "p": "LOADER_GRANT_REPLY"}


def recipe(kit: Kit, lab: Lab, home: str, values: Constants) -> Recipe:
    """Each program by itself, then the loader with all of them inside."""
    table = f"{GIVEN}/loader_table.c"
    generated = {table: table_text(lab)}
    steps: list[Step] = []
    for program in lab.programs:
        variables = f"{GIVEN}/slots-{program.name}.c"
        generated[variables] = variables_text(program)
        steps += _program(kit, lab, program, variables, home, values)
    inside = tuple(f"{program.name}.bin" for program in lab.programs)
    made = compiling(kit, lab, table, "loader_table.o")
    steps += [replace(made, inputs=(*made.inputs, *inside)),
              linking(kit, ["loader_table.o"], IMAGE)]
    return Recipe(tuple(steps), generated, IMAGE,
                  tuple(program.name + ".elf" for program in lab.programs))


def _program(kit: Kit, lab: Lab, program: Program, variables: str, home: str,
             values: Constants) -> list[Step]:
    """Compile and link one program; the image takes it without debug information."""
    image, inside = f"{program.name}.elf", f"{program.name}.bin"
    steps = [*objects_of(kit, lab, program, home, values),
             compiling(kit, lab, variables, f"slots-{program.name}.o", frozen=True)]
    mine = bool(program.files)
    link = linking(kit, [step.output for step in steps], image, PROGRAM_OPTIONS)
    strip = Step(("objcopy", "--strip-debug", image, inside), (image,), inside)
    return [*steps, *[replace(step, frozen=not mine) for step in (link, strip)]]


def variables_text(program: Program) -> str:
    """The variables that tell a program which slot holds what."""
    lines = [f"/* The slots of {program.name}: made from lab.toml. */",
             "#include <sel4/sel4.h>", ""]
    lines += [f"seL4_CPtr {name} = {number};"
              for number, name in enumerate(program.slots, FIRST_SLOT)]
    return "\n".join(lines) + "\n"


def table_text(lab: Lab) -> str:
    """loader_table.c: what the loader makes before it starts the programs."""
    lines = [f"/* The programs of {lab.name}: made from lab.toml. */",
             "#include <loader/table.h>", ""]
    lines += [f'LOADER_IMAGE(image_{program.name}, "{program.name}.bin");'
              for program in lab.programs]
    lines += ["", "static const struct loader_object objects[] = {",
              *[f'    {{.name = "{made.name}", .type = {_type(lab, made)}, '
                f'.size_bits = {made.size_bits}}},' for made in lab.objects],
              *(["    {0}"] if not lab.objects else []), "};"]
    for program in lab.programs:
        lines += [f"static const struct loader_slot slots_{program.name}[] = {{",
                  *[f"    {_slot(lab, program, name, number, value)}," for number, (name, value)
                    in enumerate(program.slots.items(), FIRST_SLOT)],
                  *(["    {0}"] if not program.slots else []), "};"]
    lines += ["static const struct loader_program programs[] = {",
              *[f'    {{"{program.name}", {program.priority}, image_{program.name}, '
                f'image_{program.name}_end, slots_{program.name}, {len(program.slots)}}},'
                for program in lab.programs], "};",
              "const struct loader_table loader_table = "
              f"{{objects, {len(lab.objects)}, programs, {len(lab.programs)}}};", ""]
    return "\n".join(lines)


def _type(lab: Lab, made: Shared) -> str:
    if made.type not in _TYPES:
        raise LabError(_("{where}: object {name}: type is one of {known}, not {type!r}",
                         where=f"{lab.name}/lab.toml", name=made.name, known=", ".join(_TYPES),
                         type=made.type))
    return _TYPES[made.type]


def _slot(lab: Lab, program: Program, name: str, number: int, value: str) -> str:
    """The initialiser of one slot."""
    where = f"{lab.name}/lab.toml: program {program.name}: slot {name}"
    kind, _colon, rest = value.partition(":")
    start = f'{{"{name}", {number}'
    if value == "empty":
        return f"{start}, LOADER_EMPTY}}"
    if kind in _OWN:
        names = [other.name for other in lab.programs]
        return f"{start}, {_OWN[kind]}, .index = {_index(where, names, rest or program.name)}}}"
    if kind == "object":
        wanted, rights, badge = (rest.split(":") + ["", "", ""])[:3]
        index = _index(where, [made.name for made in lab.objects], wanted)
        return (f"{start}, LOADER_OBJECT, .index = {index}, .badge = {_badge(where, badge)}, "
                f".rights = {_rights(where, rights)}}}")
    raise LabError(_("{where}: {value!r} is not known; libs/loader/README.md lists what is",
                     where=where, value=value))


def _index(where: str, names: list[str], wanted: str) -> int:
    if wanted not in names:
        raise LabError(_("{where}: there is no {wanted!r}", where=where, wanted=wanted))
    return names.index(wanted)


def _badge(where: str, text: str) -> int:
    try:
        return int(text or "0", 0)
    except ValueError:
        raise LabError(_("{where}: the badge {badge!r} is not a number", where=where, badge=text)
                       ) from None


def _rights(where: str, letters: str) -> str:
    if not letters:
        return "LOADER_ALL_RIGHTS"
    if set(letters) - set(_RIGHTS):
        raise LabError(_("{where}: rights are letters of r, w, g and p, not {letters!r}",
                         where=where, letters=letters))
    return " | ".join(_RIGHTS[letter] for letter in letters)
