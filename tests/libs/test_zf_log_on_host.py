"""Log messages on the host: the texts that lessons and transcripts quote, byte for byte."""

import signal
import subprocess
from pathlib import Path

import pytest

LIBS = Path(__file__).resolve().parents[2] / "libs"


def messages(folder: Path, body: str, before: str = "", name: str = "main.c") -> tuple[int, str]:
    """Exit status and stderr of a main with this body."""
    source = folder / name
    source.write_text(f"{before}\n#include <stdio.h>\n#include <utils/zf_log.h>\n"
                      f"#include <utils/zf_log_if.h>\nint main(void) {{\n#line 100\n{body}\n"
                      "return 0;\n}\n", "utf-8")
    subprocess.run(["gcc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fsanitize=address,undefined",
                    f"-I{LIBS / 'utils/include'}", f"-I{LIBS / 'libsel4/include'}", str(source),
                    str(LIBS / "utils/src/zf_log.c"), "-o", str(folder / "program")], check=True)
    done = subprocess.run([folder / "program"], capture_output=True, text=True, check=False,
                          timeout=20)
    return done.returncode, done.stderr


PREFIX = 'zf_log_set_tag_prefix("dynamic-2:");'
TAG = '#define ZF_LOG_TAG "net"'


@pytest.mark.parametrize(("before", "body", "wanted"), [
    ("", 'ZF_LOGE("plain %d", 7);', "main@main.c:100 plain 7\n"),
    ("", PREFIX + 'ZF_LOGE("x");', "dynamic-2: main@main.c:100 x\n"),
    (TAG, 'ZF_LOGE("x");', "net main@main.c:100 x\n"),
    (TAG, PREFIX + 'ZF_LOGE("x");', "dynamic-2:.net main@main.c:100 x\n"),
    ("", 'int error = 3; ZF_LOGE_IF(error != 0, "Failed %s.", "it");',
     "main@main.c:100 [Cond failed: error != 0]\n\tFailed it.\n"),
    ("", 'int error = 0; ZF_LOGE_IF(error != 0, "Failed.");', ""),
    ("", 'ZF_LOGE_IF(5 % 2, "Odd.");', "main@main.c:100 [Cond failed: 5 % 2]\n\tOdd.\n"),
    ("#define MSG_DATA 5", 'ZF_LOGE_IF(1 != ~MSG_DATA, "Wrong.");',
     "main@main.c:100 [Cond failed: 1 != ~MSG_DATA]\n\tWrong.\n"),
    ("", 'ZF_LOGV("v"); ZF_LOGD("d"); ZF_LOGI("i"); ZF_LOGW("w");', ""),
    ("#define ZF_LOG_LEVEL 4", 'ZF_LOGI("i"); ZF_LOGW("w");', "main@main.c:100 w\n"),
    ("#define ZF_LOG_DEF_LEVEL 1", 'ZF_LOGV("v");', "main@main.c:100 v\n"),
    ("#define ZF_LOG_LEVEL 1", 'zf_log_set_output_level(4); ZF_LOGI("i"); ZF_LOGW("w");',
     "main@main.c:100 w\n"),
    ("", 'zf_log_set_output_level(0xffff); ZF_LOGE("e");', ""),
])
def test_text(tmp_path: Path, before: str, body: str, wanted: str) -> None:
    assert messages(tmp_path, body, before) == (0, wanted)


def test_long_message_is_cut_to_the_buffer(tmp_path: Path) -> None:
    _, text = messages(tmp_path, 'ZF_LOGE("%0300d", 0);')
    assert len(text) == 256 and text.startswith("main@main.c:100 000") and text.endswith("0\n")


def test_long_head_is_cut_to_the_buffer(tmp_path: Path) -> None:
    body = f'zf_log_set_tag_prefix("{"p" * 300}"); ZF_LOGE("never seen");'
    assert messages(tmp_path, body) == (0, "p" * 255 + "\n")


@pytest.mark.parametrize("length", range(236, 244))
def test_cut_is_exact_around_the_limit(tmp_path: Path, length: int) -> None:
    _, text = messages(tmp_path, f'ZF_LOGE("%s", "{"m" * length}");')
    assert text == ("main@main.c:100 " + "m" * length)[:255] + "\n"


@pytest.mark.parametrize("body", ['ZF_LOGF("end");', 'ZF_LOGF_IF(1 == 1, "end");'])
def test_fatal_message_stops(tmp_path: Path, body: str) -> None:
    status, text = messages(tmp_path, body + ' fprintf(stderr, "still here");')
    assert status == -signal.SIGABRT
    assert text.endswith("end\n") and "still here" not in text
