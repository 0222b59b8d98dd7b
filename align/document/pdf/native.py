"""PDFium's functions called with addresses as plain integers.

The ctypes declarations of pypdfium2 make a pointer object for every handle and every result; a page
has thousands of both.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

POINTER, INTEGER = ctypes.c_void_p, ctypes.c_int
ADDRESS = ctypes.c_size_t  # a pointer as a result: an integer, 0 for none


@cache
def function(name: str, result: Any, *arguments: Any) -> Any:
    """A function of PDFium with the types of its result and arguments.

    Called without giving up the interpreter's lock, which costs more than most of the functions.
    """
    import pypdfium2.raw as pdfium

    address = ctypes.cast(getattr(pdfium, name), ctypes.c_void_p).value
    assert address is not None
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


def address_of(handle: Any) -> int:
    """The address behind a handle of pypdfium2 (a page, a text page)."""
    return ctypes.cast(handle.raw, ctypes.c_void_p).value or 0
