"""The grader's command line: its verbs for teachers, and what build folders call.

Exit status: 0 full marks (or all well), 1 not full, 2 could not do it, 130 stopped by Ctrl-C or a
signal.
"""

import argparse
import os
import sys
from pathlib import Path

from grader import language
from grader.errors import Interrupted, Refusal
from grader.lab import Lab, all_labs, find, kit_root
from grader.language import N_, _
from grader.process import ending_on_signals
from grader.recipe import Kit


_NO_SANDBOX = N_("grade also on a machine that allows no sandbox")


# argparse looks its own words up by this name.
argparse._ = _
_OF_ARGPARSE = (
    N_("usage: "), N_("positional arguments"), N_("options"),
    N_("show this help message and exit"), N_("expected one argument"),
    N_("argument %(argument_name)s: %(message)s"), N_("invalid %(type)s value: %(value)r"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("not allowed with argument %s"), N_("unrecognized arguments: %s"),
    N_("the following arguments are required: %s"), N_("ignored explicit argument %r"),
    N_("ambiguous option: %(option)s could match %(matches)s"))


class _Parser(argparse.ArgumentParser):
    """Wrong use gets one line and where to read more."""

    def error(self, message: str) -> None:
        raise Refusal(_("{message} (see {prog} --help)", message=message, prog=self.prog))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python3 -m grader",
                     description=_("Grades submissions of caplab's labs."))
    verbs = parser.add_subparsers(dest="verb", required=True,
                                  metavar="one|class|export|new-lab|record|selftest")
    _one_words(verbs.add_parser("one", help=_("grade one submission")))
    _class_words(verbs.add_parser("class", help=_("grade all submissions of a folder")))
    _more_words(verbs)
    _student_words(verbs)
    for made in verbs.choices.values():
        # Only for --help: the language is chosen before these texts are looked up.
        made.add_argument("--lang", choices=language.LANGUAGES,
                          help=_("the language of all texts (default: the locale's)"))
        made.set_defaults(parser=made)
    return parser


def _one_words(made: argparse.ArgumentParser) -> None:
    made.add_argument("lab", help=_("the lab's name"))
    made.add_argument("path", type=Path, help=_("a main.c, a folder, a tar.gz or a zip"))
    made.add_argument("--out", type=Path, required=True, help=_("where the results go"))
    seeds = made.add_mutually_exclusive_group()
    seeds.add_argument("--seed", type=int, help=_(
        "draw the lab's numbers from this seed and a second one that follows from it (default: "
        "from the submission)"))
    seeds.add_argument("--only-seed", type=int, metavar="SEED", help=_(
        "judge under this one alone: repeats exactly the run that a report shows"))
    made.add_argument("--no-sandbox", action="store_true", help=_(_NO_SANDBOX))
    made.add_argument("--autolab", action="store_true", help=_("end with Autolab's line of scores"))


def _more_words(verbs: argparse._SubParsersAction) -> None:
    """What teachers call beside the grading."""
    export = verbs.add_parser("export", help=_("make what a platform's autograder needs"))
    export.add_argument("kind", choices=("gradescope", "github", "classroom50"))
    export.add_argument("lab", help=_("the lab's name"))
    export.add_argument("--out", type=Path, help=_("where it goes (default: LAB-KIND here)"))
    begun = verbs.add_parser("new-lab", help=_("begin a lab of your own, from one that works"))
    begun.add_argument("name", help=_("its name: small letters, digits, hyphens"))
    follows = verbs.add_parser("record", help=_("write a lab's handout and transcripts anew, from "
                                                "its worked answer"))
    follows.add_argument("lab", help=_("the lab's name"))
    test = verbs.add_parser("selftest", help=_("grade every state of each lab, look for holes"))
    test.add_argument("lab", nargs="?", help=_("only this lab"))
    test.add_argument("--seed", type=int, help=_("draw the labs' numbers from this seed"))
    test.add_argument("--mutants", action="store_true", help=_(
        "change each worked answer in all small ways, and say which changes cost no points"))


def _student_words(verbs: argparse._SubParsersAction) -> None:
    """What the scripts of a build folder call."""
    simulate = verbs.add_parser("simulate")
    simulate.add_argument("--gdb", action="store_true", help=_("wait for a debugger"))
    simulate.add_argument("--watch", action="store_true",
                          help=_("build and run again at every save"))
    simulate.add_argument("--accel", choices=("tcg", "kvm"), default="tcg",
                          help=_("tcg emulates (the default), kvm uses this machine's processor"))
    submit = verbs.add_parser("submit")
    submit.add_argument("--out", type=Path, metavar="DIR", help=_("where the results go"))
    submit.add_argument("--from-ninja", action="store_true", help=argparse.SUPPRESS)
    submit.add_argument("--in-demo", action="store_true", help=argparse.SUPPRESS)
    for made, name in ((simulate, "./simulate"), (submit, "./submit")):
        # Those scripts give the first two words themselves.
        made.add_argument("lab", help=argparse.SUPPRESS)
        made.add_argument("build", type=Path, help=argparse.SUPPRESS)
        made.prog = name
        made.usage = {"./simulate": "./simulate [--gdb | --watch] [--accel tcg|kvm] [--lang en|zh]",
                      "./submit": "./submit [--out DIR] [--lang en|zh]"}[name]


def _class_words(made: argparse.ArgumentParser) -> None:
    made.add_argument("lab", help=_("the lab's name"))
    made.add_argument("folder", type=Path, metavar="DIR", help=_(
        "one entry a student: NAME.c, NAME/, NAME.tar.gz or NAME.zip"))
    made.add_argument("--out", type=Path, required=True, help=_("where the gradebook goes"))
    made.add_argument("--jobs", type=int, help=_("how many at a time (default: one a core)"))
    made.add_argument("--resume", action="store_true",
                      help=_("go on with a class that was stopped"))
    made.add_argument("--seed", type=int, help=_(
        "draw the lab's numbers from this seed and a second one that follows from it (default: "
        "from each submission)"))
    made.add_argument("--roster", type=Path, metavar="CSV", help=_(
        "columns student, and optional name, submitted (time with zone), extension (days)"))
    made.add_argument("--course", type=Path, metavar="TOML",
                      help=_("due dates, late days, weights"))
    made.add_argument("--no-sandbox", action="store_true", help=_(_NO_SANDBOX))
    made.add_argument("--engine", choices=("local", "slurm"), default="local",
                      help=_("grade on this machine (the default) or as jobs of a Slurm cluster"))


def _class(kit: Kit, lab: Lab, asked: argparse.Namespace) -> int:
    _need_sandbox(asked)
    from grader.classes import Asked, grade_class
    return grade_class(kit, lab, Asked(asked.folder, asked.out, asked.jobs, asked.resume,
                                       asked.seed, asked.roster, asked.course,
                                       asked.engine, not asked.no_sandbox))


def _need_sandbox(asked: argparse.Namespace) -> None:
    """Others' work is not run without one, unless the person at the keyboard says so."""
    from grader import sandbox
    if not asked.no_sandbox:
        sandbox.refuse_without()


def _one(kit: Kit, lab: Lab, asked: argparse.Namespace) -> int:
    _need_sandbox(asked)
    from grader import intake, report, sandbox, states
    from grader.grade import grade
    alone = asked.only_seed is not None
    files = intake.take(lab, asked.path)
    if states.all_of_them(lab, files):
        raise Refusal(_("this is the source of all states of {lab}, from which the answer is made: "
                        "./init --tut {lab} --solution DIR makes it", lab=lab.name))
    result = grade(kit, lab, files, asked.only_seed if alone else asked.seed, alone)
    report.write(result, asked.out)
    report.show(result, asked.out)
    if not sandbox.available():
        print(sandbox.why_not())
    if asked.autolab:
        from grader.report import autolab
        print(autolab.line(result) or "", flush=True)
    return result.exit_status


def _selftest(kit: Kit, asked: argparse.Namespace) -> int:
    labs = [find(kit.root, asked.lab)] if asked.lab else all_labs(kit.root)
    if asked.mutants:
        from grader.authoring.survivors import examine
        return 1 if sum(examine(kit, lab) for lab in labs) else 0
    from grader.selftest import selftest
    return selftest(kit, labs, asked.seed)


def _new_lab(kit: Kit, name: str) -> int:
    from grader.authoring import new_lab
    handout, answer = (place.relative_to(kit.root) for place in new_lab(kit, name))
    print(_("Written: {handout}/, {answer}/ (docs/authoring.md leads on). Try it:\n"
            "  /usr/bin/python3 -m grader selftest {name}\n"
            "  ./init --tut {name}", handout=handout, answer=answer, name=name))
    return 0


def _record(kit: Kit, lab: Lab) -> int:
    from grader.authoring import record
    for path, changed in record(kit, lab):
        name = path.relative_to(kit.root)
        print(_("written: {name}", name=name) if changed else _("stays: {name}", name=name))
    return 0


def _watch(kit: Kit, lab: Lab, build: Path, asked: argparse.Namespace) -> int:
    from grader import student, watch
    if asked.gdb or asked.accel != "tcg":
        raise Refusal(_("--watch runs the lab as the grader does: it goes with no other word"))
    watch.watch(kit, lab, student.source_of(build))
    return 0


def run(arguments: list[str]) -> int:
    """Do what the command line asks."""
    asked, more = _parser().parse_known_args(arguments)
    if more:
        asked.parser.error(_("unrecognized arguments: %s") % " ".join(more))
    kit = Kit(kit_root())
    if asked.verb == "selftest":
        return _selftest(kit, asked)
    if asked.verb == "new-lab":
        return _new_lab(kit, asked.name)
    lab = find(kit.root, asked.lab)
    if asked.verb == "one":
        return _one(kit, lab, asked)
    if asked.verb == "export":
        from grader.exports import export
        print(_("Written: {place}", place=export(asked.kind, kit, lab, asked.out)))
        return 0
    if asked.verb == "class":
        return _class(kit, lab, asked)
    if asked.verb == "record":
        return _record(kit, lab)
    from grader import student
    build = asked.build.resolve()
    if asked.verb == "simulate":
        if asked.watch:
            return _watch(kit, lab, build, asked)
        return student.simulate(kit, lab, build, asked.accel, asked.gdb)
    return student.submit(kit, lab, build, asked.out, from_ninja=asked.from_ninja,
                          show_files=not asked.in_demo)


def guarded(do, arguments: list[str]) -> int:
    """Run a command; everything that a person can cause ends in one line and status 2."""
    if sys.stdout is None:  # closed by who called
        sys.stdout = open(os.devnull, "w", encoding="utf-8")
    sys.stdout.reconfigure(errors="replace")
    try:
        with ending_on_signals():
            return do(language.take(arguments))
    except Refusal as error:
        print(f"caplab: {error}", file=sys.stderr)
    except BrokenPipeError:
        sys.stderr.close()
    except OSError as error:
        from grader.report.files import cannot
        name = error.filename or _("a file")
        print(f"caplab: {cannot(name, error)}", file=sys.stderr)
    except (KeyboardInterrupt, Interrupted):
        print(_("caplab: stopped; nothing was left behind"), file=sys.stderr)
        return 130
    return 2


def main() -> int:
    """The entry of `python3 -m grader`."""
    return guarded(run, sys.argv[1:])
