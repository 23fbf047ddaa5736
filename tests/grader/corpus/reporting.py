"""Confusing the report: markup, formulas, commands and control signs where a program may put them."""

from corpus.faking import DYNAMIC_LINES
from corpus.making import Entry, printing
from grader.score import Verdict as V

SIGNS = ['"\\x1b]0;owned\\a\\x1b[2J\\x1b[31m"', '"<script>alert(1)</script><!--\\n"',
         '"]]></system-out><testcase name=\'x\'/>\\n"', '"=cmd|\' /C calc\'!A0\\n"',
         '"::error file=main.c::all is well\\n::set-output name=points::15\\n"',
         '"{\\"scores\\": {\\"all\\": 15}}\\n"', '"\\xe2\\x80\\xae\\xff\\xfe\\x01\\r\\b\\n"']

ENTRIES = [
    Entry("signs_that_mean_something", "dynamic-2", printing(SIGNS), V.FAILED, 0),
    Entry("signs_among_the_right_lines", "dynamic-2", printing([*SIGNS, *DYNAMIC_LINES]),
          V.FAILED, 0),
    Entry("markup_in_an_error", "untyped",
          '#error <script>alert(1)</script> ::error::owned ]]> =1+1\nint main(void) {}\n',
          V.BUILD_ERROR, 0, "main.c:1"),
    Entry("names_that_mean_something", "untyped",
          "int main(void) { __asm__(\"call \\\"<img src=x>\\\"\"); }\n", V.BUILD_ERROR, 0),
    Entry("line_directive_lies", "untyped",
          '#line 1 "/etc/passwd"\nint main(void) { return nothing; }\n', V.BUILD_ERROR, 0),
    Entry("zero_bytes", "dynamic-2", printing(
        [], "    for (int i = 0; i < 2000; i++) seL4_DebugPutChar(0);\n"), V.FAILED, 0),
    Entry("escaped_right_lines", "dynamic-2", printing(
        ['"\\x1b[8m"', *DYNAMIC_LINES]), V.SUSPICIOUS, 0),
    Entry("faked_kernel_panic", "dynamic-2", printing(
        ['"seL4 failed assertion \'true\' at kernel.c:1 in function main\\nhalting...\\n"']),
          V.FAILED, 0),
    Entry("faked_fault_report", "dynamic-2", printing(
        ['"Caught cap fault in send phase at address (nil)\\nwhile trying to handle:\\n"']),
          V.FAILED, 0),
    Entry("faked_names", "dynamic-2", printing(DYNAMIC_LINES, """
    seL4_DebugNameThread(seL4_CapInitThreadTCB, "\\"},{\\"ev\\":\\"retype\\",\\"type\\":8");
"""), V.SUSPICIOUS, 0),
]
