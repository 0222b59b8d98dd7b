"""A pair under review: its rows, what a reviewer may do to them, and the file that keeps both."""

from align.project.files import (
    SUFFIX,
    Head,
    Project,
    beside,
    create,
    of_pair,
    open_project,
    packed,
    read_project,
    set_aside,
)

__all__ = [
    "SUFFIX",
    "Head",
    "Project",
    "beside",
    "create",
    "of_pair",
    "open_project",
    "packed",
    "read_project",
    "set_aside",
]
