"""Office packages written so that equal content gives equal bytes."""

from __future__ import annotations

import re
import zipfile
from typing import IO

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a ZIP can hold
_DATES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def repack(packed: IO[bytes], file: IO[bytes]) -> None:
    """Copy a package into `file` without the times at which its parts were written."""
    with (
        zipfile.ZipFile(packed) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                data = _DATES.sub(rb"\g<1>1980-01-01T00:00:00Z", data)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, data)
