"""Writes the archives that root tasks of the tests carry: cpio in the "newc" format."""


def cpio(files: dict[str, bytes]) -> bytes:
    """An archive of the files, in their order."""
    out = bytearray()
    for name, content in [*files.items(), ("TRAILER!!!", b"")]:
        fields = [0] * 13
        fields[6], fields[11] = len(content), len(name) + 1
        out += b"070701" + b"".join(b"%08X" % field for field in fields)
        out += name.encode() + b"\0"
        out += bytes(-len(out) % 4)
        out += content
        out += bytes(-len(out) % 4)
    return bytes(out)
