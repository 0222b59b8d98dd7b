"""Old Word files, RTF and ODT through LibreOffice, where it is installed.

It runs by itself for the one file: with a profile of its own that is thrown away, without macros,
without links being followed, without a network where the system can take it away, and with a limit
of time.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence

from align.atomic import scratch_folder
from align.document.office_package import Package
from align.errors import InputError

SECONDS = 120.0  # a book of a thousand pages takes half a minute
_NAMES = ("soffice", "libreoffice")
_ODT = b"mimetypeapplication/vnd.oasis.opendocument.text"
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
</oor:items>
"""


def kind_of(data: bytes) -> tuple[str, str] | None:
    """What a file is that LibreOffice reads, and its suffix; None for any other.

    >>> kind_of(b"{\\\\rtf1 The lamp.}")
    ('an RTF file', '.rtf')
    """
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "an old Office file (.doc)", ".doc"
    if data.startswith(b"{\\rtf"):
        return "an RTF file", ".rtf"
    if data[:4] == b"PK\x03\x04" and _ODT in data[:200]:
        return "an OpenDocument text (.odt)", ".odt"
    return None


def find_office() -> str | None:
    """LibreOffice's program, None where it is not installed."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def as_docx(
    data: bytes, name: str, *, program: str | None = None, seconds: float = SECONDS
) -> bytes:
    """The file as DOCX. Raises InputError where LibreOffice is missing, fails or takes too long."""
    kind = kind_of(data)
    if kind is None:
        raise InputError(f"{name}: no file that LibreOffice turns into a Word document")
    if kind[1] == ".odt":
        _refuse_entities(data, name)
    program = program or find_office()
    if program is None:
        raise InputError(
            f"{name}: {kind[0]}, which is read through LibreOffice; install it, or save the file as "
            "DOCX"
        )
    with scratch_folder() as folder:
        settings = folder / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_SETTINGS, encoding="utf-8")
        given = folder / f"document{kind[1]}"
        given.write_bytes(data)
        command = [
            *_without_network(),
            program,
            "--headless",
            "--norestore",
            "--nolockcheck",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--convert-to",
            "docx",
            "--outdir",
            str(folder / "made"),
            str(given),
        ]
        said = _run(command, str(folder), name, seconds)
        made = folder / "made" / "document.docx"
        if not made.is_file():
            reason = said.strip().splitlines()[-1:] or ["it gave no reason"]
            raise InputError(
                f"{name}: {kind[0]} that LibreOffice could not open ({reason[0][:200]}); save it as "
                "DOCX"
            )
        return made.read_bytes()


def _refuse_entities(data: bytes, name: str) -> None:
    """Raise InputError for a bomb, a part that is no XML, or one with entities of its own."""
    package = Package(data, name)
    for part in package.names():
        if part.endswith((".xml", ".rdf")):
            package.xml(part)


def _without_network() -> Sequence[str]:
    """What goes before a command so that it has no network, where the system allows it."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    command = (unshare, "--user", "--map-root-user", "--net")
    tried = subprocess.run([*command, "true"], capture_output=True, check=False, timeout=20)
    return command if tried.returncode == 0 else ()


def _run(command: Sequence[str], folder: str, name: str, seconds: float) -> str:
    """Run a command in a group of its own, and end the whole group where it takes too long."""
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": folder,
        "TMPDIR": folder,
        "LANG": os.environ.get("LANG", "C.UTF-8"),
        "SAL_USE_VCLPLUGIN": "svp",
    }
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        start_new_session=True,
    ) as process:
        try:
            said, _ = process.communicate(timeout=seconds)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            if isinstance(error, subprocess.TimeoutExpired):
                raise InputError(
                    f"{name}: LibreOffice took more than {seconds:g} s; save the file as DOCX"
                ) from error
            raise
    return said.decode("utf-8", "replace")
